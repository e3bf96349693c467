"""What a reader must know beside an answer: of the question, of its sources, of who else is responsible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.answer.quoting import Draft
from app.domain import Citation, Language, Notice, Passage, Understood
from app.texts import text, written_date

OLD = 2 * 365  # days after which the age of a page is said


def of_the_question(understood: Understood) -> tuple[Notice, ...]:
    codes = [("personal_data_masked", understood.masked), ("other_language", understood.other_language)]
    return tuple(Notice(code, text(f"notices.{code}", understood.language)) for code, applies in codes if applies)


def of_the_sources(draft: Draft, language: Language, today: date) -> list[Notice]:
    found = [notice for passage in draft.passages for notice in _about(passage, language, today)]
    return [*dict.fromkeys(found), *(_differs(citation, language) for citation in draft.differing)]


def _about(passage: Passage, language: Language, today: date) -> list[Notice]:
    """What a reader must know of one source: its language, its age, that it is a draft."""
    notices = []
    if passage.language != language:
        name = text(f"languages.{passage.language}", language)
        notices.append(
            Notice("source_in_other_language", text("notices.source_in_other_language", language, name=name))
        )
    if passage.as_of and (today - passage.as_of).days > OLD:
        day = written_date(passage.as_of, language)
        notices.append(Notice("source_old", text("notices.source_old", language, title=passage.source.title, date=day)))
    if passage.draft:
        notices.append(Notice("source_draft", text("notices.source_draft", language, title=passage.source.title)))
    elif passage.as_of is None and passage.topic is None:
        notices.append(Notice("source_undated", text("notices.source_undated", language, title=passage.source.title)))
    return notices


def open_clause(clause: str, language: Language) -> Notice:
    return Notice("partial", text("notices.partial", language, clause=clause))


def other_owners(others: Sequence[str], language: Language) -> list[Notice]:
    return [Notice("other_owner", text("notices.other_owner", language, contact=line)) for line in others]


def _differs(citation: Citation, language: Language) -> Notice:
    source = citation.source
    values = {"title": source.title, "quote": citation.quote}
    if source.as_of is None:
        return Notice("sources_differ", text("notices.sources_differ_undated", language, **values))
    return Notice(
        "sources_differ", text("notices.sources_differ", language, date=written_date(source.as_of, language), **values)
    )
