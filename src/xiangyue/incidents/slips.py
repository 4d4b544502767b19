"""The slip that goes with a report: a code to type and a QR to scan (N16)."""

import segno


def slip_qr(address: str) -> str:
    """The address as a QR code, a PNG in a data URI, for an image on a page or on paper."""
    return str(segno.make(address, error="m").png_data_uri(scale=5, border=2))


def spaced(code: str) -> str:
    """The code in groups of five, as it is printed and read out."""
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))
