"""An answer again, and what the person thought of it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from app.api.accept import asker_language
from app.api.admission import limited
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.schemas import REFUSALS, FeedbackIn, uuid_key
from app.domain import Answer
from app.wire import answer_to_dict

router = APIRouter(prefix="/api/v1/answers", tags=["answers"])


@router.get("/{answer_id}", response_model=Answer, responses=REFUSALS, summary="An answer again")
async def get_answer(answer_id: str, request: Request) -> Response:
    """Waits for an answer that is still being made."""
    parts = parts_of(request)
    key = _key(answer_id, request)
    exchange = parts.exchanges.get(key)
    answer = await exchange.ended() if exchange else await parts.store.answer(key)
    if answer is None:
        raise Problem(404, "unknown_answer", asker_language(request))
    return JSONResponse(answer_to_dict(answer))


@router.post(
    "/{answer_id}/feedback",
    status_code=204,
    responses=REFUSALS,
    dependencies=[Depends(limited)],
    summary="Was it helpful?",
)
async def add_feedback(answer_id: str, feedback: FeedbackIn, request: Request) -> None:
    """A second feedback on an answer takes the place of the first."""
    key = _key(answer_id, request)
    if not await parts_of(request).store.add_feedback(key, feedback.helpful, feedback.reason, feedback.comment):
        raise Problem(404, "unknown_answer", asker_language(request))


def _key(answer_id: str, request: Request) -> str:
    key = uuid_key(answer_id)
    if key is None:
        raise Problem(404, "unknown_answer", asker_language(request))
    return key
