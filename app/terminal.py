"""Answers, gaps and figures as a person reads them on a terminal. Every text is printed as it is, never as markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.domain import Answer, Citation, Language
from app.gaps import Gap
from app.log_report import Report
from app.texts import contact_line, source_line, text

MOST_WORDINGS = 4  # shown beside the title of a gap


def print_answer(answer: Answer, console: Console) -> None:
    """Urgent help first, then the text, its numbered sources, notices, and who helps."""
    if answer.urgent:
        lines = [answer.urgent.text, *(f"{line.name}: {line.phone}" for line in answer.urgent.helplines)]
        console.print(Panel(Text("\n".join(lines), style="bold"), border_style="red"))
    urgent = answer.urgent.text if answer.urgent else ""
    console.print(Text(answer.text.removeprefix(urgent).lstrip()))
    for notice in answer.notices:
        console.print(Text(f"! {notice.text}", style="yellow"))
    for choice in answer.choices:
        console.print(Text(f"? {choice}"))
    if answer.citations:
        console.print(Text(f"\n{text('cli.sources', answer.language)}", style="bold"))
    for citation in answer.citations:
        _print_citation(citation, answer.language, console)
    if answer.hand_off:
        console.print(Text(f"\n{contact_line(answer.hand_off, answer.language)}"))
    status = ", ".join(part for part in (answer.status, answer.reason, answer.build) if part)
    console.print(Text(f"\n{text('cli.status', answer.language)}: {status}", style="dim"))


def print_gaps(gaps: Sequence[Gap], console: Console) -> None:
    if not gaps:
        console.print("No gaps.")
        return
    table = Table("Asked", "Question", "Languages", "Why", "Last")
    for gap in gaps:
        others = [wording.text for wording in gap.wordings if wording.text != gap.title][:MOST_WORDINGS]
        question = "\n".join([gap.title, *(f"  {wording}" for wording in others)])
        why = _counts(gap.kinds | gap.reasons)
        last = gap.last_seen.astimezone().strftime("%Y-%m-%d")
        table.add_row(str(gap.count), Text(question), _counts(gap.languages), why, last)
    console.print(table)


def print_report(report: Report, console: Console) -> None:
    table = Table("Figure", "Value", title=f"{report.since:%Y-%m-%d} to {report.until - timedelta(days=1):%Y-%m-%d}")
    for name, value in asdict(report).items():
        if name not in ("since", "until"):
            table.add_row(
                name, Text(_counts(value) if isinstance(value, dict) else "" if value is None else str(value))
            )
    console.print(table)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{value} {count}" for value, count in counts.items())


def _print_citation(citation: Citation, language: Language, console: Console) -> None:
    console.print(Text(f"[{citation.number}] {source_line(citation.source, language)}"))
    if citation.source.url:
        console.print(Text(f"    {citation.source.url}", style="cyan"), soft_wrap=True)
