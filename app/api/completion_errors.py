"""A problem in the shape that OpenAI's clients raise as their own exceptions."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.api.problems import Problem
from app.domain import Language
from app.texts import text
from app.wire import Json

PATHS = "/v1/"
TYPES = {429: "rate_limit_error"}


def error_response(problem: Problem, language: Language, incident: str = "") -> Response:
    headers = {"Content-Language": language, **(problem.headers or {})}
    return JSONResponse(error_body(problem, language, incident), _status(problem), headers)


def error_body(problem: Problem, language: Language, incident: str = "") -> Json:
    """`incident` ties it to a line of the log."""
    title, detail = (text(f"errors.{problem.code}.{part}", language, **problem.values) for part in ("title", "detail"))
    kind = TYPES.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    error = {"message": f"{title}. {detail}", "type": kind, "param": problem.values.get("field"), "code": problem.code}
    return {"error": error | ({"incident": incident} if incident else {})}


def _status(problem: Problem) -> int:
    """OpenAI answers 400 where we answer 422."""
    return 400 if problem.status == 422 else problem.status
