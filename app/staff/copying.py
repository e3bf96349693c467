"""An answer as plain text for an e-mail or a chat with the customer, in the customer's language."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain import HINTING, Answer, Citation, HandOff, Language
from app.texts import text, written_date, written_moment

NOT_FOR_THE_CUSTOMER = {"personal_data_masked", "other_language"}  # about the question as it was typed here


def plain_answer(answer: Answer) -> str:
    """Text with its markers, notices, numbered sources with dates and links, and who helps."""
    notices = "\n".join(f"– {notice}" for notice in for_the_customer(answer))
    parts = (answer.text, "\n".join(_helplines(answer)), notices, _sources(answer), _contact(answer))
    return "\n\n".join(part for part in parts if part)


def for_the_customer(answer: Answer) -> tuple[str, ...]:
    """The notices about the answer, without those about how the question was typed."""
    return tuple(notice.text for notice in answer.notices if notice.code not in NOT_FOR_THE_CUSTOMER)


def _helplines(answer: Answer) -> Iterator[str]:
    for line in answer.urgent.helplines if answer.urgent else ():
        yield f"{line.name}: {line.phone}"


def _sources(answer: Answer) -> str:
    if not answer.citations:
        return ""
    heading = "answer.may_help" if answer.status in HINTING else "cli.sources"
    title = text(heading, answer.language).rstrip(":")
    return "\n".join([f"{title}:", *(_source(citation, answer.language) for citation in answer.citations)])


def _source(citation: Citation, language: Language) -> str:
    source = citation.source
    day = written_date(source.as_of, language) if source.as_of else ""
    dated = text("cli.updated", language, date=day) if day else text("cli.undated", language)
    tongue = [text(f"languages.{source.language}", language)] if source.language != language else []
    line = f"[{citation.number}] {source.title} ({', '.join([source.publisher, *tongue, dated])})"
    return f"{line}\n{source.url}" if source.url else line


def _contact(answer: Answer) -> str:
    desk: HandOff | None = answer.hand_off
    if desk is None:
        return ""
    opens = (
        text("desk.opens_at", answer.language, when=written_moment(desk.opens_at, answer.language))
        if (desk.opens_at)
        else ""
    )
    name = text("answer.contact", answer.language, name=desk.name)
    return "\n".join(part for part in (name, desk.phone, desk.email, desk.address, desk.url, opens) if part)
