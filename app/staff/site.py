"""The desk's pages as one application, to be mounted under /staff."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app.settings import Settings
from app.staff.assist import ask, assist, show_answer
from app.staff.gap_list import export_gaps, show_gaps
from app.staff.guard import Guard
from app.staff.report import show_report
from app.staff.sign_in import set_language, sign_in, sign_in_page, sign_out

STATIC = Path(__file__).parent / "static"
FILES = {"staff.css": "text/css", "staff.js": "text/javascript"}


def create_site(settings: Settings) -> Starlette:
    """The pages. `site.state.parts` (StaffParts) is set before the first request."""
    routes = [
        Route("/static/{name}", static, methods=["GET"]),
        Route("/sign-in", sign_in_page, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
        Route("/language", set_language, methods=["POST"]),
        Route("/", assist, methods=["GET"]),
        Route("/ask", ask, methods=["POST"]),
        Route("/answers/{answer_id}", show_answer, methods=["GET"]),
        Route("/gaps", show_gaps, methods=["GET"]),
        Route("/gaps.csv", export_gaps, methods=["GET"]),
        Route("/report", show_report, methods=["GET"]),
    ]
    middleware = [Middleware(Guard, settings=settings)]
    return Starlette(routes=routes, middleware=middleware, exception_handlers={HTTPException: _to_the_guard})


async def static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(STATIC / name, media_type=FILES[name], headers={"Cache-Control": "no-cache"})


async def _to_the_guard(request: Request, error: Exception) -> Response:
    """The guard makes every page of refusal."""
    raise error
