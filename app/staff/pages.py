"""How a page of the desk is made: its template, the worker's language, and what every page shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.desk import HELSINKI
from app.domain import LANGUAGES, Language
from app.texts import text, written_date, written_moment

ROOT = "/staff"
TEMPLATES = Path(__file__).parent / "templates"
LOCALES: dict[Language, str] = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template in the worker's language. `say` finds a sentence of `[staff]`, `written` any other."""
    language: Language = request.state.language
    session = getattr(request.state, "session", None)
    html = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            languages=LANGUAGES,
            session=session,
            csrf=session.csrf if session else "",
            here=here(request),
            section=request.url.path.removeprefix(ROOT).split("/")[1].split(".")[0],
            say=lambda key, **places: text(f"staff.{key}", language, **places),
            written=lambda key, tongue=language, **places: text(key, tongue, **places),
            date=lambda day: written_date(day, language),
            day=lambda when: written_date(when.astimezone(HELSINKI).date(), language),
            moment=lambda when: written_moment(when, language),
            percent=lambda share: format_percent(share, locale=LOCALES[language]),
            decimal=lambda value, form="#,##0.00": format_decimal(value, format=form, locale=LOCALES[language]),
            **values,
        )
    )
    return HTMLResponse(html, status, {"Content-Language": language})


def sign_in_form(
    request: Request,
    status: int = 200,
    *,
    way_back: str = f"{ROOT}/",
    name: str = "",
    problem: str = "",
    kept: str = "",
    **places: str,
) -> HTMLResponse:
    """`problem` names a sentence of `[staff.sign_in]`; `kept` is a question that was typed before the session ended."""
    values = {"way_back": way_back, "name": name, "problem": problem, "kept": kept, "places": places}
    return page(request, "sign_in.html", status, **values)


def here(request: Request) -> str:
    """The address of the page shown, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def local_address(address: str) -> str:
    """An address to go to that a form or a link named, where it is one of the desk's pages; else the first page."""
    safe = address.startswith(f"{ROOT}/") and address.isprintable() and not set(address) & set("\\ #")
    return address if safe and "//" not in address and "/../" not in address else f"{ROOT}/"


def language_named(named: str | None) -> Language | None:
    """The language of a form's or an address's word; None for anything else."""
    return next((language for language in LANGUAGES if language == named), None)


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
