"""The table."""

from collections.abc import Sequence

from config.bench.rows import Row

HEAD = ("what", "per s", "p50 ms", "p95 ms", "p99 ms", "queries", "commits", "of floor")
WIDTHS = (34, 8, 9, 9, 9, 9, 9, 10)


def table(rows: Sequence[Row]) -> list[str]:
    """One line a row: medians of all rounds."""
    known = {row.name: row for row in rows}
    lines = [_line(HEAD)]
    for row in rows:
        beside = known.get(row.floor)
        ratio = f"{row.rate() / beside.rate():.2f}" if beside else ""
        times = [f"{row.percentile(share):.1f}" for share in (0.5, 0.95, 0.99)]
        counted = ["" if number is None else str(number) for number in (row.queries, row.commits)]
        lines.append(_line((row.name, f"{row.rate():.1f}", *times, *counted, ratio)))
    return lines


def _line(cells: Sequence[str]) -> str:
    first, *others = cells
    # A Chinese letter is as wide as two others.
    wide = sum(ord(letter) > 0x2E80 for letter in first)
    return first.ljust(WIDTHS[0] - wide) + "".join(cell.rjust(width) for cell, width in zip(others, WIDTHS[1:], strict=True))
