"""Knowledge pages to documents: the format of knowledge/README.md says everything."""

from __future__ import annotations

from datetime import date

from app.domain import LANGUAGES
from app.knowledge import PageSource, TopicPage, TopicSection
from ingest.document import Document, Section
from ingest.extract.markdown import markdown_blocks


def make_topic_document(document_id: str, source: str, page: TopicPage) -> Document:
    front = page.front
    return Document(
        id=document_id,
        source=source,
        title=front.title,
        owner=front.owner,
        sections=tuple(_section(section, page) for section in page.sections),
        topic=front.topic,
        audience=tuple(front.audience),
        checked_on=front.checked_on,
        valid_until=front.valid_until,
        reviewed=bool(front.reviewed_by),
    )


def _section(section: TopicSection, page: TopicPage) -> Section:
    first = section.sources[0]
    blocks = tuple(markdown_blocks(section.text))
    return Section(
        anchor=section.anchor,
        headings=(section.heading,),
        language=page.language,
        blocks=blocks,
        url=first.url,
        publisher=first.publisher,
        as_of=_as_of(section.sources),
        page_title=first.title,
        page_language=next((code for code in LANGUAGES if code == first.language), None),
    )


def _as_of(sources: tuple[PageSource, ...]) -> date | None:
    """A text is as old as the oldest page behind it, and of unknown age where one page's is unknown."""
    dates = [source.as_of for source in sources]
    return None if None in dates else min(day for day in dates if day)
