"""Pages for a browser: the demo page and the list of routes. Nothing is loaded from another host."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from app.api.accept import asker_language
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.schemas import MAX_QUESTION
from app.domain import LANGUAGES
from app.texts import text, texts

PAGES = Path(__file__).parent.parent / "pages"
ASSETS = {"page.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'"
)

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
async def index(request: Request) -> HTMLResponse:
    """The demo page. The desk's contact stands in it without any script."""
    language = asker_language(request)
    return _page(
        "index.html",
        language=language,
        languages=LANGUAGES,
        desk=parts_of(request).assistant.desk(language),
        max_question=MAX_QUESTION,
        say=lambda key, tongue=language: text(key, tongue),
    )


@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs(request: Request) -> HTMLResponse:
    """FastAPI's own page loads its scripts from a CDN; this one is plain HTML made from the same description."""
    schema = request.app.openapi()
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    objects = schema["components"]["schemas"]
    return _page(
        "docs.html", title=schema["info"]["title"], operations=operations, schemas=objects, problems=_problems()
    )


@router.get("/pages/{name}")
async def asset(name: str) -> Response:
    if name not in ASSETS:
        raise Problem(404, "not_found")
    return FileResponse(PAGES / name, media_type=ASSETS[name], headers={"Cache-Control": "no-cache"})


def _problems() -> dict[str, str]:
    return {code: text(f"errors.{code}.title", "en") for code in texts("errors", "en")}


def _page(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(name).render(values), headers={"Content-Security-Policy": POLICY})


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
