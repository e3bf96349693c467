"""Pages from their templates, under a policy that lets nothing in from another host."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.domain import LANGUAGES, Language
from app.texts import text, texts, written_date, written_moment

PAGES = Path(__file__).parent.parent / "pages"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types lit-html; frame-ancestors "
)


def page(
    name: str, language: Language, status: int = 200, framed_by: tuple[str, ...] = (), **values: Any
) -> HTMLResponse:
    """A template of `app/pages`; `framed_by`: the sites that may show it in a frame, beside ourselves."""
    html = (
        _templates()
        .get_template(name)
        .render(
            values,
            language=language,
            languages=LANGUAGES,
            say=lambda key, tongue=language: text(key, tongue),
            listed=lambda key: texts(key, language),
            written_date=lambda day: written_date(day, language),
            written_moment=lambda moment: written_moment(moment, language),
        )
    )
    policy = POLICY + " ".join(("'self'", *framed_by))
    return HTMLResponse(html, status, {"Content-Security-Policy": policy, "Content-Language": language})


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
