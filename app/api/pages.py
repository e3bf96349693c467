"""Pages for a browser: the demo page, the widget's file and the list of routes. Nothing is loaded from another host."""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from app.api import embed
from app.api.accept import asker_language
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.rendering import PAGES, page
from app.domain import Owner
from app.knowledge import Owners, load_owners
from app.texts import text, texts

ASSETS = {"page.css": "text/css", "icon.svg": "image/svg+xml"}
WIDGET = PAGES.parent / "widget" / "dist" / "widget.js"
SHOWN = (Owner.ESPOO, Owner.WESTERN_UUSIMAA, Owner.MIGRI, Owner.DVV, Owner.KELA, Owner.VERO)

router = APIRouter(include_in_schema=False)
router.include_router(embed.router)


@router.api_route("/", methods=["GET", "HEAD"])
async def index(request: Request) -> HTMLResponse:
    """The demo page: a page as a city might have it. The desk's contact stands in it without any script."""
    language, parts = asker_language(request), parts_of(request)
    owners = _owners(parts.settings.knowledge_dir).owners
    shown = [owners[owner] for owner in SHOWN]
    return page("index.html", language, desk=parts.assistant.desk(language), owners=shown)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """The widget's one file. Any site may load it, since module scripts need CORS; who may ask is told to the API."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    content, tag = _widget(packed)
    headers = {
        **({"Content-Encoding": "gzip"} if packed else {}),
        "Vary": "Accept-Encoding",
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/javascript")


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
    title, integrity = schema["info"]["title"], _integrity()
    return page(
        "docs.html",
        "en",
        title=title,
        operations=operations,
        schemas=objects,
        problems=_problems(),
        integrity=integrity,
    )


@router.get("/pages/{name}")
async def asset(name: str) -> Response:
    if name not in ASSETS:
        raise Problem(404, "not_found")
    return FileResponse(PAGES / name, media_type=ASSETS[name], headers={"Cache-Control": "no-cache"})


def _problems() -> dict[str, str]:
    return {code: text(f"errors.{code}.title", "en") for code in texts("errors", "en")}


def _integrity() -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(WIDGET.read_bytes()).digest()).decode()


@cache
def _widget(packed: bool) -> tuple[bytes, str]:
    """The file with its entity tag."""
    content = WIDGET.read_bytes()
    content = gzip.compress(content, mtime=0) if packed else content
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@cache
def _owners(folder: Path) -> Owners:
    return load_owners(folder)
