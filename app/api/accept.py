"""What a request asks for beside its matter: a language, and a stream or one object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from starlette.requests import Request

from app.api.completion_request import written_in
from app.domain import Language

JSON = "application/json"
STREAM = "text/event-stream"


def asker_language(request: Request, body: Any = None) -> Language:
    """The body's language, else the address's, else what the browser prefers, else an OpenAI client's message."""
    stated = body.get("language") if isinstance(body, dict) else request.query_params.get("language")
    known = next((language for language in get_args(Language) if language == stated), None)
    return known or named_language(request.headers.get("accept-language", "")) or written_in(body) or "fi"


def named_language(header: str) -> Language | None:
    """The first of Accept-Language that the service speaks."""
    spoken = (tag.split("-")[0] for tag in _by_weight(header))
    return next((language for tag in spoken for language in get_args(Language) if language == tag), None)


def wants_stream(header: str) -> bool:
    """True when Accept puts an event stream above JSON; JSON where nothing is said."""
    return next((kind for kind in _by_weight(header) if kind in (JSON, STREAM)), JSON) == STREAM


def _by_weight(header: str) -> list[str]:
    return [name for weight, name in sorted(_weighted(header), key=lambda pair: -pair[0]) if weight > 0]


def _weighted(header: str) -> Iterator[tuple[float, str]]:
    for part in header[:1000].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        yield next((_weight(value[2:]) for value in parameters if value.startswith("q=")), 1.0), name


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
