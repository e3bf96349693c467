"""Signing in and out, and the language of the pages."""

from __future__ import annotations

import anyio.to_thread
import structlog
from anyio import WouldBlock
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import account_name
from app.domain import Language
from app.rate_limit import client_address
from app.staff.assist import ask_page
from app.staff.guard import cookie_name, is_secure
from app.staff.pages import ROOT, language_named, local_address, sign_in_form
from app.staff.parts import StaffParts, parts_of, read

MOST_NAME = 200  # characters of what may be a name
BUSY = 30  # seconds to wait when many sign in at once

log = structlog.get_logger()


async def sign_in_page(request: Request) -> Response:
    way_back = local_address(request.query_params.get("next", ""))
    if request.state.session:
        return RedirectResponse(way_back, 303)
    return sign_in_form(request, way_back=way_back)


async def sign_in(request: Request) -> Response:
    """One answer, after the same time, for a wrong password and for a name that nobody has."""
    parts, form = parts_of(request), request.state.form
    language = language_named(form.get("language")) or request.state.language
    request.state.language = language
    name, way_back = form.get("name", "")[:MOST_NAME], local_address(form.get("next", ""))
    shown = {"way_back": way_back, "name": name, "kept": form.get("kept", "")}
    seconds = await parts.limits.wait(account_name(name), client_address(request))
    if seconds:
        return _slowed(request, seconds, shown)
    try:
        token = await _checked(parts, name, form.get("password", ""), language)
    except WouldBlock:
        return _slowed(request, BUSY, shown)
    if token is None:
        log.warning("staff_sign_in_refused")
        return sign_in_form(request, 401, problem="wrong", **shown)
    log.info("staff_signed_in")
    return await _welcome(request, token, way_back, shown["kept"])


async def _welcome(request: Request, token: str, way_back: str, kept: str) -> Response:
    """On with the new session, and with the question that was typed before the last one ended."""
    parts = parts_of(request)
    if request.state.session:
        await read(parts, lambda: parts.accounts.sign_out(request.state.token))
    request.state.session = await read(parts, lambda: parts.accounts.session(token))
    response = ask_page(request, typed=kept) if kept else RedirectResponse(way_back, 303)
    secure = is_secure(parts.settings)
    response.set_cookie(
        cookie_name(parts.settings), token, path="/" if secure else ROOT, secure=secure, httponly=True,
        samesite="strict",
    )  # fmt: skip
    return response


async def sign_out(request: Request) -> Response:
    parts = parts_of(request)
    await read(parts, lambda: parts.accounts.sign_out(request.state.token))
    secure = is_secure(parts.settings)
    response = RedirectResponse(f"{ROOT}/sign-in?language={request.state.language}", 303)
    response.delete_cookie(
        cookie_name(parts.settings), path="/" if secure else ROOT, secure=secure, httponly=True, samesite="strict"
    )
    return response


async def set_language(request: Request) -> Response:
    parts, language = parts_of(request), language_named(request.state.form.get("language"))
    if language:
        await read(parts, lambda: parts.accounts.set_language(request.state.token, language))
    return RedirectResponse(local_address(request.state.form.get("next", "")), 303)


def _slowed(request: Request, seconds: int, shown: dict[str, str]) -> Response:
    log.warning("staff_sign_in_slowed")
    response = sign_in_form(request, 429, problem="too_often", minutes=str(-(-seconds // 60)), **shown)
    response.headers["Retry-After"] = str(seconds)
    return response


async def _checked(parts: StaffParts, name: str, password: str, language: Language) -> str | None:
    """The token of a new session, from threads of their own: a password takes long, by design.

    Raises:
        WouldBlock: too many others are waiting.
    """
    borrower = object()
    parts.sign_ins.acquire_on_behalf_of_nowait(borrower)
    try:
        return await anyio.to_thread.run_sync(
            lambda: parts.accounts.sign_in(name, password, language), limiter=parts.hashers
        )
    finally:
        parts.sign_ins.release_on_behalf_of(borrower)
