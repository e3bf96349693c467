"""Whether the addresses in the knowledge still lead somewhere. Asks the sites: only when somebody wants it."""

from __future__ import annotations

import re
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urldefrag, urlsplit

import anyio
import httpx

from app.domain import LANGUAGES
from app.knowledge import Problem

# Answers that say nothing about the page: whoever reads it in a browser may well see it.
_UNSURE = {401, 403, 405, 406, 407, 408, 425, 429, 451, 501}
_URL = re.compile(r"https?://[^\s\"'<>()\[\]{}]+[^\s\"'<>()\[\]{}.,;:]")
_REDIRECTS = 5
_AGENT = "HelloEspooAdvisor-link-check/1.0"

State = Literal["alive", "dead", "unsure", "away"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that a site has for an answer and seconds between two questions to it; sites asked side by side."""

    timeout: float = 10.0
    pause: float = 0.5
    sites: int = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a link. `away`: its site gave no answer at all, which may be this machine's fault."""

    state: State
    what: str = ""


def check_links(folder: Path, pace: Pace | None = None) -> tuple[list[Problem], list[str]]:
    """The dead links of a knowledge folder, and notes on what could not be checked."""
    places = linked(folder)
    found = anyio.run(_ask_all, list(places), pace or Pace())
    if places and all(each.state == "away" for each in found.values()):
        return [], [
            f"No link could be checked: none of {len(_by_site(places))} sites answered. Is this machine online?"
        ]
    problems = [
        Problem(path, next((code for code in LANGUAGES if path.endswith(f"/{code}.md")), None), "dead_link", message)
        for url, each in found.items()
        if each.state == "dead"
        for path in places[url]
        for message in [f"{url} {each.what}"]
    ]
    unsure = [f"{url} {each.what}" for url, each in found.items() if each.state in ("unsure", "away")]
    notes = [f"{len(unsure)} links could not be checked; open them yourself:", *unsure] if unsure else []
    return problems, notes


def linked(folder: Path) -> dict[str, list[str]]:
    """Every address in the pages and tables, with the files that it stands in."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*folder.glob("*/*.md"), *folder.glob("*.toml")]):
        for url in dict.fromkeys(map(_bare, _URL.findall(path.read_text(encoding="utf-8", errors="replace")))):
            places[url].append(path.relative_to(folder).as_posix())
    return dict(places)


def _bare(url: str) -> str:
    return urldefrag(url).url


def _by_site(urls: Sequence[str] | Mapping[str, object]) -> dict[str, list[str]]:
    sites: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        sites[urlsplit(url).netloc].append(url)
    return sites


async def _ask_all(urls: Sequence[str], pace: Pace) -> dict[str, Found]:
    found: dict[str, Found] = {}
    limit = anyio.CapacityLimiter(pace.sites)

    async def ask_site(client: httpx.AsyncClient, addresses: Sequence[str]) -> None:
        async with limit:
            async for url, each in _answers(client, addresses, pace.pause):
                found[url] = each

    async with (
        httpx.AsyncClient(
            timeout=pace.timeout,
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            headers={"User-Agent": _AGENT},
            trust_env=False,
        ) as client,
        anyio.create_task_group() as tasks,
    ):
        for addresses in _by_site(urls).values():
            tasks.start_soon(ask_site, client, addresses)
    return {url: found[url] for url in urls}


async def _answers(client: httpx.AsyncClient, urls: Sequence[str], pause: float) -> AsyncIterator[tuple[str, Found]]:
    """One after the other; a site that gives no answer is not asked again."""
    gone: Found | None = None
    for number, url in enumerate(urls):
        if gone is None and number:
            await anyio.sleep(pause)
        found = gone or await _ask(client, url)
        gone = found if found.state == "away" else None
        yield url, found


async def _ask(client: httpx.AsyncClient, url: str) -> Found:
    """HEAD, then GET where HEAD does not say that all is well: many servers know only GET."""
    head = await _request(client, "HEAD", url)
    return head if head.state in ("alive", "away") else await _request(client, "GET", url)


async def _request(client: httpx.AsyncClient, method: str, url: str) -> Found:
    try:
        async with client.stream(method, url) as response:
            return _judged(url, response)
    except httpx.TooManyRedirects:
        return Found("dead", f"redirects more than {_REDIRECTS} times")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as error:
        return _fault(error)


def _judged(url: str, response: httpx.Response) -> Found:
    status = response.status_code
    if status in _UNSURE or status >= 500:
        return Found("unsure", f"answers {status}")
    if status >= 400:
        return Found("dead", f"answers {status}")
    if response.history and response.url.path == "/" and urlsplit(url).path.strip("/"):
        return Found("dead", f"leads only to the front page {response.url}")
    return Found("alive")


def _fault(error: Exception) -> Found:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Found("dead", "has no valid certificate, and browsers warn of it")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Found("away", "has a host that is not known")
    if isinstance(error, httpx.TimeoutException):
        return Found("away", "gave no answer in time")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Found("dead", "is no address")
    return Found("away", "cannot be reached")


def _causes(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following:
        yield following
        following = following.__cause__ or following.__context__
