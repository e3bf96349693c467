"""Where to start asking, and who helps in person."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.api.accept import asker_language
from app.api.parts import parts_of
from app.api.schemas import MAX_QUESTION, REFUSALS, TermsOut, TopicOut
from app.domain import HandOff, Language

router = APIRouter(prefix="/api/v1", tags=["desk"], responses={422: REFUSALS[422]})


@router.get("/topics", summary="Starting points")
async def topics(request: Request, language: Language | None = None) -> list[TopicOut]:
    """One question per topic; in the browser's language where none is named."""
    found = parts_of(request).assistant.topics(language or asker_language(request))
    return [TopicOut(topic=entry.topic, title=entry.title, question=entry.question) for entry in found]


@router.get("/desk", summary="The Hello Espoo desk: open now, next opening, ways to reach it")
async def desk(request: Request, language: Language | None = None) -> HandOff:
    """In the browser's language where none is named."""
    return parts_of(request).assistant.desk(language or asker_language(request))


@router.get("/terms", summary="How long questions are kept, and how long they may be")
async def terms(request: Request) -> TermsOut:
    return TermsOut(retention_days=parts_of(request).settings.retention_days, max_question=MAX_QUESTION)
