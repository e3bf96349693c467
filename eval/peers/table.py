"""The comparison on a terminal: one table per size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.box import SIMPLE
from rich.table import Table

from app.domain import LANGUAGES
from eval.peers.row import ALL, Row

COLUMNS = ("p50 ms", "p95 ms", "per s", "build s", "MB", "peak MB")


def tables(rows: Sequence[Row]) -> Iterator[Table]:
    for passages, group in groupby(rows, key=lambda row: row.passages):
        lines = list(group)
        table = Table(title=_title(passages, lines[0]), caption=_caption(lines), caption_justify="left", box=SIMPLE)
        table.add_column("system", no_wrap=True)
        for name in ("recall@1", "recall@5", "MRR@5"):
            table.add_column(f"{name}\n{'   '.join((f'{ALL} ', *LANGUAGES))}", no_wrap=True)
        for name in COLUMNS:
            table.add_column(name, justify="right", no_wrap=True)
        for row in lines:
            table.add_row(row.title, *([] if row.problem else _cells(row)))
        yield table


def _title(passages: int, row: Row) -> str:
    languages = ", ".join(f"{code} {row.questions[code]}" for code in LANGUAGES)
    return f"{passages:,} passages, {row.questions[ALL]} questions ({languages}), one thread"


def _caption(rows: Sequence[Row]) -> str:
    """What is measured of one system alone, and what could not be measured."""
    return "\n".join(line for row in rows for line in _told(row))


def _told(row: Row) -> Iterator[str]:
    more = row.more
    if row.problem:
        yield f"{row.title}: {row.problem}"
    if "search_alone_p50_ms" in more:
        yield f"One exact numpy search over the same vectors: {more['search_alone_p50_ms']:.3f} ms (p50)."
    if "answer_p50_ms" in more:
        times = f"p50 {more['answer_p50_ms']:.1f} ms, p95 {more['answer_p95_ms']:.1f} ms"
        share = f"{more['answered']:.0f} of {row.questions[ALL]} answered"
        yield f"{row.title}, question to cited quoting answer in the process: {times} ({share})."
        yield "It alone reads asked.toml and the glossary and was trained; it was developed with these questions."


def _cells(row: Row) -> list[str]:
    shares = [_shares(values) for values in (row.recall_1, row.recall_5, row.mrr)]
    times = [f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.per_second:.0f}", f"{row.build_seconds:.1f}"]
    return [*shares, *times, f"{row.held_mb:.0f}", f"{row.peak_mb:.0f}"]


def _shares(values: Mapping[str, float]) -> str:
    return " ".join(f"{values[name]:.2f}" if name in values else "   –" for name in (ALL, *LANGUAGES))
