"""Knowledge pages to documents: the format of knowledge/README.md says everything."""

from __future__ import annotations

from app.domain import LANGUAGES
from app.knowledge import TopicPage, TopicSection
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
        as_of=first.as_of,
        page_title=first.title,
        page_language=next((code for code in LANGUAGES if code == first.language), None),
        owner=section.owner,
    )
