"""Problem documents (RFC 9457): what is sent when a request is refused, in the asker's language."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from app.domain import Language
from app.texts import text

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is refused. `code` names its sentences in the locales; `values` fill their places."""

    def __init__(
        self,
        status: int,
        code: str,
        language: Language | None = None,
        headers: Mapping[str, str] | None = None,
        **values: str,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.language = language
        self.headers = headers
        self.values = values


def problem_response(
    problem: Problem, language: Language, public_url: str, incident: str = "", **more: Any
) -> Response:
    """The document; `incident` ties it to a line of the log, `more` adds members of its own."""
    document = {
        "type": f"{public_url.rstrip('/')}/docs#{problem.code}",
        "title": text(f"errors.{problem.code}.title", language),
        "status": problem.status,
        "detail": text(f"errors.{problem.code}.detail", language, **problem.values),
        "instance": f"urn:uuid:{incident or uuid.uuid4()}",
        "code": problem.code,
    }
    headers = {"Content-Language": language, **(problem.headers or {})}
    return JSONResponse(document | more, problem.status, headers, MEDIA_TYPE)
