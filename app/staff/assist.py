"""Assist mode: a customer's question, the draft answer, and what it rests on in two languages."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.desk import HELSINKI
from app.domain import LANGUAGES, Answer, Channel, Evidence, Language, Owner, Question, Status, Turn
from app.errors import BuildError
from app.masking import DETECTORS
from app.staff.copying import for_the_customer, plain_answer
from app.staff.evidence import blocks, cards
from app.staff.pages import ROOT, language_named, page
from app.staff.parts import StaffParts, parts_of, read
from app.texts import text

PATIENCE = 60.0  # seconds for one answer; its steps have shorter limits of their own
SETTLING = 1.0  # seconds for another process to write an answer down
LOOK = 0.1  # seconds between two looks for it
SAID_WITHOUT_PASSAGES = (Status.SMALLTALK, Status.DECLINED, Status.FAILED)

log = structlog.get_logger()


async def assist(request: Request) -> Response:
    return ask_page(request)


async def ask(request: Request) -> Response:
    """Ask, and go to the page of the answer, which can be loaded again and in another language."""
    parts, form = parts_of(request), request.state.form
    typed = form.get("question", "")
    conversation = _uuid(form.get("conversation_id", ""))
    try:
        asked = parts.asked_text(typed)
    except PydanticCustomError as error:
        places = {"limit": str(parts.most_question)}
        said = text(f"errors.{error.type}.detail", request.state.language, **places)
        return ask_page(request, 422, typed, said, conversation)
    history: tuple[Turn, ...] = ()
    if conversation:
        history = await read(parts, lambda: parts.log.leaned_on(conversation))
        if not await read(parts, lambda: parts.log.known_conversation(conversation)):
            gone = text("errors.unknown_conversation.detail", request.state.language)
            return ask_page(request, 404, typed, gone)
        if not await read(parts, lambda: parts.log.is_of(conversation, Channel.STAFF)):
            conversation = ""  # a newcomer's: what is asked here must not steer what they are answered next
    named = language_named(form.get("answer_language"))
    answer_id = _answer_id(form.get("id", ""), f"{named} {asked}")
    question = Question(asked, answer_id, conversation or str(uuid.uuid4()), Channel.STAFF, named, history)
    answer = await _answered(parts, question)
    wanted = {"wanted": named} if named and named != answer.language else {}
    return RedirectResponse(f"{ROOT}/answers/{answer.id}" + (f"?{urlencode(wanted)}" if wanted else ""), 303)


async def show_answer(request: Request) -> Response:
    """An answer with its passages, found again for its stand-alone wording."""
    parts = parts_of(request)
    answer = await _stored(parts, request.path_params["answer_id"])
    beside = language_named(request.query_params.get("beside")) or _other(request.state.language, answer.language)
    found = await _found(parts, answer)
    turns = await read(parts, lambda: parts.log.history(answer.conversation_id))
    today = datetime.now(HELSINKI).date()
    body = answer.sentences[1:] if answer.urgent else answer.sentences
    return page(
        request,
        "answer.html",
        answer=answer,
        body=blocks(body),
        notices=for_the_customer(answer),
        masked=[kind for kind, _ in DETECTORS if f"[{kind}]" in answer.question],
        cards=cards(answer, found, parts.assistant.sister, beside, today),
        beside=beside,
        wanted=language_named(request.query_params.get("wanted")),
        earlier=_before(turns, answer),
        plain=plain_answer(answer),
        changed_build=answer.build != parts.assistant.build_id,
        owner_name=lambda owner: _owner_name(parts, owner, request.state.language),
        **_asking(request, conversation=answer.conversation_id),
    )


def ask_page(
    request: Request, status: int = 200, typed: str = "", problem: str = "", conversation: str = ""
) -> Response:
    return page(request, "assist.html", status, **_asking(request, typed, problem, conversation))


def _asking(request: Request, typed: str = "", problem: str = "", conversation: str = "") -> dict[str, Any]:
    """What the form for a question shows. Its id makes a form that is sent twice one question."""
    most = parts_of(request).most_question
    return {"typed": typed, "problem": problem, "conversation": conversation, "id": str(uuid.uuid4()), "most": most}


async def _answered(parts: StaffParts, question: Question) -> Answer:
    """Raises:
    HTTPException: no answer came in time.
    """
    earlier = await read(parts, lambda: parts.log.answer(question.id))
    if earlier:
        return earlier
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await parts.assistant.ask(question)
    except TimeoutError:
        raise HTTPException(504) from None
    parts.metrics.answered(answer, Channel.STAFF, time.monotonic() - began)
    return answer


async def _stored(parts: StaffParts, answer_id: str) -> Answer:
    """Raises:
    HTTPException: there is no such answer.
    """
    key = _uuid(answer_id)
    edge = time.monotonic() + SETTLING
    while key:
        answer = await read(parts, lambda: parts.log.answer(key))
        if answer:
            return answer
        if time.monotonic() > edge:
            break
        await asyncio.sleep(LOOK)
    raise HTTPException(404)


async def _found(parts: StaffParts, answer: Answer) -> tuple[Evidence, ...]:
    if answer.status in SAID_WITHOUT_PASSAGES or not answer.standalone:
        return ()
    question = Question(answer.standalone, answer.id, answer.conversation_id, Channel.STAFF, answer.language)
    try:
        _, found = await parts.assistant.look_up(question)
    except BuildError:
        return ()
    return found.evidence


def _before(turns: tuple[Turn, ...], answer: Answer) -> tuple[Turn, ...]:
    """The turns of the conversation that came before this answer."""
    same = [turn.question == answer.question and turn.answer == answer.text for turn in turns]
    return turns[: same.index(True)] if any(same) else ()


def _owner_name(parts: StaffParts, owner: Owner, language: Language) -> str:
    contact = parts.assistant.library.owners.owners.get(owner)
    return contact.name[language] if contact else text("staff.other_owner", language)


def _other(own: Language, answered: Language) -> Language:
    """The worker's language; where the customer has the same one, the next."""
    return own if own != answered else next(code for code in LANGUAGES if code != own)


def _answer_id(form: str, asked: str) -> str:
    """The same for a form that is sent twice; another once its text was changed, after "back" too."""
    key = _uuid(form)
    return str(uuid.uuid5(uuid.UUID(key), asked) if key else uuid.uuid4())


def _uuid(named: str) -> str:
    try:
        return str(uuid.UUID(named))
    except ValueError:
        return ""
