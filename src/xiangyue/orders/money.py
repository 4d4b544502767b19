"""Amounts in the words of pages: fen inside, yuan outside."""

from fractions import Fraction


def yuan(fen: int | None) -> str:
    """“84,000” or “84,000.50”; "" for None."""
    if fen is None:
        return ""
    sign, whole, rest = "-" if fen < 0 else "", *divmod(abs(fen), 100)
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def yuan_of_share(fen: Fraction) -> str:
    """A share in yuan, rounded up to the fen where it is none: nobody pays less than that."""
    return yuan(-(-fen.numerator // fen.denominator))
