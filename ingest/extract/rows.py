"""The rows of a table as bullets that can be read, and quoted, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.document import Block


def row_blocks(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Two columns give "Monday: 9–15"; more, "Library: Weekdays 8–20, Sunday 10–16" by the heads above."""
    heads = rows[0] if rows and len(rows[0]) > 2 and all(rows[0][1:]) and len(rows) > 1 else ()
    for row in rows[1:] if heads else rows:
        text = _under(heads, row) if len(heads) == len(row) else _alone(row)
        if text.strip(": "):
            yield Block("item", text)


def _under(heads: Sequence[str], row: Sequence[str]) -> str:
    cells = ", ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell)
    about = row[0] if any(map(str.isalpha, row[0])) else f"{heads[0]} {row[0]}".strip()
    return f"{about}: {cells}" if row[0] and cells else row[0] or cells


def _alone(row: Sequence[str]) -> str:
    return ": ".join(row) if len(row) == 2 else ", ".join(filter(None, row))
