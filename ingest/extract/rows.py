"""The rows of a table as bullets that can be read, and quoted, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from ingest.document import Block

_GAP = re.compile(r"\t+| {2,}")


def row_blocks(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Two columns give "Monday: 9–15"; more, "Library: Weekdays 8–20, Sunday 10–16" by the heads above."""
    heads = rows[0] if rows and len(rows[0]) > 2 and all(rows[0][1:]) and len(rows) > 1 else ()
    for row in rows[1:] if heads else rows:
        text = _under(heads, row) if len(heads) == len(row) else _alone(row)
        if text.strip(": "):
            yield Block("item", text)


def with_rows(lines: Sequence[str]) -> list[str]:
    """Lines of a text file, tables that are aligned by blanks as bullets: one row reads as a heading or a sentence."""
    found: list[str] = []
    place = 0
    while place < len(lines):
        below = (_cells(lines[number]) for number in range(place, len(lines)))
        rows = list(takewhile(lambda cells: len(cells) > 1, below))
        after = place + max(1, len(rows))
        if _is_table(rows):
            width = len(rows[-1])
            padded = [[""] * (width - len(row)) + row for row in rows]  # the first column often has no head
            found += ["", *(f"• {block.text}" for block in row_blocks(padded)), ""]
        else:
            found += lines[place:after]
        place = after
    return found


def _cells(line: str) -> list[str]:
    return _GAP.split(line.strip())


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Rows of one width, three of two columns or two of more; what ends a sentence before a gap is text."""
    width = len(rows[-1]) if rows else 0
    fits = all(len(row) == width for row in rows[1:]) and bool(rows) and width - 1 <= len(rows[0]) <= width
    told = any(cell.endswith((".", "!", "?")) or cell in "•-*" for row in rows for cell in row[:-1])
    return fits and not told and len(rows) >= (3 if width == 2 else 2)


def _under(heads: Sequence[str], row: Sequence[str]) -> str:
    cells = ", ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell)
    about = row[0] if any(map(str.isalpha, row[0])) else f"{heads[0]} {row[0]}".strip()
    return f"{about}: {cells}" if row[0] and cells else row[0] or cells


def _alone(row: Sequence[str]) -> str:
    return ": ".join(row) if len(row) == 2 else ", ".join(filter(None, row))
