"""The door of the desk's pages, once for all: who may come in, which forms count, what a fault looks like."""

from __future__ import annotations

import hmac
import uuid
from urllib.parse import parse_qsl, quote

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain import LANGUAGES, Language
from app.errors import StoreUnavailable
from app.settings import Settings
from app.staff.pages import ROOT, here, language_named, page, sign_in_form
from app.staff.parts import parts_of, read

SAFE = ("GET", "HEAD", "OPTIONS")
MOST_FORM = 64 * 1024  # bytes; a question of 1,000 four-byte characters takes 12,000
MOST_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
RETRY_STORE = "5"  # seconds
SENTENCES = {403: "not_ours", 404: "not_found", 405: "not_found", 413: "too_large", 504: "too_slow"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # "no-referrer" would make browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

log = structlog.get_logger()


class Guard:
    """Everything but the sign-in page and the files in `static/` needs a session; every form needs its token."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._public_origin = settings.public_url.rstrip("/")
        self._cookie = cookie_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        request = Request(scope, receive)
        request.state.language = _preferred(request)
        try:
            answer = await self._redirected(request) or self.app
            await answer(scope, receive, with_headers)
        except ClientDisconnect:
            return None
        except Exception as error:
            if started:
                raise
            await _said(request, error)(scope, receive, with_headers)

    async def _redirected(self, request: Request) -> Response | None:
        """The way to the sign-in page for those who have no session; None for those who may go on.

        Raises:
            HTTPException: a form that is not ours, or does not fit.
            StoreUnavailable: the sessions cannot be read.
        """
        path = request.url.path.removeprefix(ROOT)
        if path.startswith("/static/"):
            return None
        unsafe = request.method not in SAFE
        if unsafe and not self._is_ours(request):
            raise HTTPException(403)
        request.state.form = await _form(request) if unsafe else {}
        await self._find_session(request)
        session = request.state.session
        if path == "/sign-in":
            return None
        if session is None:
            if request.state.form.get("question"):
                return sign_in_form(request, 401, problem="ended", kept=request.state.form["question"])
            way_back = "" if unsafe else f"&next={quote(here(request))}"
            return RedirectResponse(f"{ROOT}/sign-in?language={request.state.language}{way_back}", 303)
        if unsafe and not hmac.compare_digest(request.state.form.get("csrf", "").encode(), session.csrf.encode()):
            raise HTTPException(403)
        return None

    async def _find_session(self, request: Request) -> None:
        parts, token = parts_of(request), request.cookies.get(self._cookie, "")
        request.state.token = token
        request.state.session = await read(parts, lambda: parts.accounts.session(token)) if token else None
        if request.state.session:
            request.state.language = request.state.session.language

    def _is_ours(self, request: Request) -> bool:
        """A form of our own pages: browsers say where a form was sent from."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        host = request.headers.get("host", "")
        ours = {f"http://{host}", f"https://{host}", self._public_origin}
        if site is not None and site != "same-origin":
            return False
        return origin in ours if origin is not None else site == "same-origin"


def cookie_name(settings: Settings) -> str:
    """With the prefix that makes browsers insist on HTTPS and on this host alone, where the service is reached so."""
    return "__Host-espoo-staff" if is_secure(settings) else "espoo-staff"


def is_secure(settings: Settings) -> bool:
    return settings.public_url.lower().startswith("https://")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form.

    Raises:
        HTTPException: it is too large, of another type, or not UTF-8.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise HTTPException(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM:
            raise HTTPException(413)
    try:
        return dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        )
    except ValueError:
        raise HTTPException(400) from None


def _preferred(request: Request) -> Language:
    """The address's language, else the browser's first that we speak, else Finnish; a session's own comes later."""
    tags = [request.query_params.get("language", ""), *request.headers.get("accept-language", "")[:200].split(",")]
    spoken = (language_named(tag.strip()[:2].lower()) for tag in tags)
    return next((language for language in spoken if language), LANGUAGES[0])


def _said(request: Request, error: Exception) -> Response:
    """The page for what went wrong."""
    if isinstance(error, StoreUnavailable):
        response = page(request, "error.html", 503, sentence="store_away", incident="")
        response.headers["Retry-After"] = RETRY_STORE
        return response
    if isinstance(error, HTTPException):
        sentence = SENTENCES.get(error.status_code, "bad_form")
        return page(request, "error.html", error.status_code, sentence=sentence, incident="")
    incident = str(uuid.uuid4())
    log.exception("staff_page_failed", incident=incident)
    parts_of(request).metrics.fault()
    return page(request, "error.html", 500, sentence="fault", incident=incident)
