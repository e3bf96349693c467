"""What goes wrong at this door ends here: in a problem document, never in a stack trace."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.accept import asker_language
from app.api.body_limit import MAX_BODY
from app.api.completion_errors import PATHS, error_response
from app.api.parts import parts_of
from app.api.problems import Problem, problem_response
from app.api.schemas import MAX_QUESTION
from app.errors import StoreUnavailable

RETRY_STORE = 5  # seconds
OWN_CODES = {"empty", "no_words", "control_characters", "broken_text", "too_long", "missing"}
CODES = {"string_unicode": "broken_text", "literal_error": "unknown_language"}
HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

log = structlog.get_logger()


def install_problems(app: FastAPI) -> None:
    """Make every refusal of the app a problem document."""
    app.add_exception_handler(Problem, _of_problem)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(StoreUnavailable, _of_store)


class FaultGuard:
    """Turns an unexpected exception into a 500 with the desk's contact and an incident number that is in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            incident = str(uuid.uuid4())
            log.exception("request_failed", incident=incident)
            request = Request(scope)
            parts_of(request).metrics.fault()
            if started:
                raise
            await _fault(request, incident)(scope, receive, send)


async def _of_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _respond(request, error)


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _respond(request, _refusal(request, error))


def _refusal(request: Request, error: RequestValidationError) -> Problem:
    """The problem behind the first thing that does not fit. The sent values are never repeated."""
    language = asker_language(request, error.body)
    first = error.errors()[0]
    place, kind = first["loc"], first["type"]
    if place[0] == "body" and not _is_json(request):
        return Problem(415, "unsupported_type", language)
    if kind == "json_invalid" or place == ("body",):
        return Problem(400, "bad_json", language)
    field = ".".join(str(part) for part in place[1:])
    code = kind if kind in OWN_CODES else CODES.get(kind, "not_uuid" if kind.startswith("uuid") else "wrong_type")
    if code == "missing" and field == "question":
        code = "empty"
    if place[-1] == "language" and code == "wrong_type":
        code = "unknown_language"
    return Problem(422, code, language, field=field, limit=str(MAX_QUESTION))


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTP_CODES.get(error.status_code, "bad_json" if error.status_code == 400 else "bad_request")
    limit = str(MAX_BODY // 1024)
    return _respond(request, Problem(error.status_code, code, headers=error.headers, limit=limit))


async def _of_store(request: Request, error: Exception) -> Response:
    return _respond(request, Problem(503, "store_away", headers={"Retry-After": str(RETRY_STORE)}))


def _fault(request: Request, incident: str) -> Response:
    language = asker_language(request)
    desk = parts_of(request).assistant.desk(language)
    hand_off = asdict(desk) | {"opens_at": desk.opens_at.isoformat() if desk.opens_at else None}
    return _respond(request, Problem(500, "fault", language, name=desk.name), incident, hand_off=hand_off)


def _respond(request: Request, problem: Problem, incident: str = "", **more: Any) -> Response:
    language = problem.language or asker_language(request)
    if request.url.path.startswith(PATHS):
        return error_response(problem, language, incident)
    return problem_response(problem, language, parts_of(request).settings.public_url, incident, **more)
