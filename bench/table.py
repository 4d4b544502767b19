"""The one table at the end of a run."""

from collections.abc import Sequence

from bench.measuring import Result

HEAD = ("what", "database", "measured ms", "baseline ms", "ratio", "budget", "", "")
NUMBERS = range(2, 6)


def table_of(results: Sequence[Result]) -> str:
    """The results as aligned text, a row each."""
    rows = [HEAD, *(_cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.what,
        result.database,
        f"{result.measured:.2f}",
        f"{result.baseline:.2f}",
        f"{result.ratio:.2f}",
        "" if result.budget is None else f"{result.budget:g}",
        result.verdict,
        result.note,
    )
