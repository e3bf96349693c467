"""Forgetting a conversation."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from app.api.accept import asker_language
from app.api.admission import limited
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.schemas import REFUSALS, uuid_key

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])


@router.delete(
    "/{conversation_id}",
    status_code=204,
    responses=REFUSALS,
    summary="Forget a conversation",
    dependencies=[Depends(limited)],
)
async def forget(conversation_id: str, request: Request) -> None:
    """Deletes its questions, answers and feedback for good."""
    key = uuid_key(conversation_id)
    if key is None or not await parts_of(request).exchanges.forget(key):
        raise Problem(404, "unknown_conversation", asker_language(request))
