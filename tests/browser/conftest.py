"""A real Chromium in front of the real service: a process of its own on a build of the project's knowledge."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app.settings import PROJECT

AXE = PROJECT / "app" / "widget" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},  # WCAG 1.4.10
    "desktop": {"width": 1280, "height": 900},
}
READY = re.compile(r"http://\S+")


@dataclass
class Served:
    """A running service. `kill` ends it as a crash would."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@dataclass
class Faults:
    """What the page itself complained about: script errors, and what its Content-Security-Policy refused."""

    seen: list[str] = field(default_factory=list)


OpenPage = Callable[..., Page]


@contextmanager
def serving(data: Path, port: int = 0, **settings: str) -> Iterator[Served]:
    """`python -m app serve` on this port or a free one, with further settings (ESPOO_…) by name."""
    named = {f"ESPOO_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "ESPOO_DATA_DIR": str(data), "ESPOO_RATE_LIMIT": "", **named}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        found = READY.search(process.stdout.readline())
        assert found, "the service did not start"
        yield Served(found[0], data, process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)


@contextmanager
def scripted(data: Path, port: int = 0, **settings: str) -> Iterator[Served]:
    """The real server with scripted answers (tests/widget/scripted_service.py): starts in a second, needs no build."""
    with starting(data, port, **settings) as starts:
        yield starts()


@contextmanager
def starting(data: Path, port: int = 0, **settings: str) -> Iterator[Callable[[], Served]]:
    """As `scripted`, for somebody who has something else to do until it serves."""
    named = {f"ESPOO_{name.upper()}": value for name, value in {"rate_limit": "", **settings}.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.widget.scripted_service", str(data), str(port)],
        cwd=PROJECT, env={**os.environ, **named}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip

    def started() -> Served:
        assert process.stdout
        found = READY.search(process.stdout.readline())
        assert found, "the service did not start"
        return Served(found[0], data, process)

    try:
        yield started
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="session")
def own_data(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a data folder with a copy of the build of `knowledge/`."""

    def made() -> Path:
        return Path(shutil.copytree(data_dir, tmp_path_factory.mktemp("served") / "data"))

    return made


@pytest.fixture(scope="package")
def service(own_data: Callable[[], Path]) -> Iterator[Served]:
    """One service for every test that leaves it as it was."""
    with serving(own_data()) as served:
        yield served


@pytest.fixture(scope="package")
def script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server with scripted answers, for every test that leaves it as it was."""
    with scripted(tmp_path_factory.mktemp("scripted")) as served:
        yield served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Every test that opens a page fails on what the page complained about, unless it clears the list."""
    found = Faults()
    yield found
    assert not found.seen


@pytest.fixture
def open_page(browser: Browser, faults: Faults) -> Iterator[OpenPage]:
    """Opens an address in a new, empty browser context: `open_page(url, size="phone", **context_options)`."""
    contexts = []

    def opened(url: str, size: str = "desktop", **options: Any) -> Page:
        context = browser.new_context(viewport=SIZES[size], **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.seen.append(str(error)))
        page.on("console", lambda said: faults.seen.append(said.text) if _complains(said.type, said.text) else None)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, open shadow roots included: rule, then the places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


def shoot(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """A screenshot for a person to look at, where `--screenshots DIR` asks for it."""
    folder = request.config.getoption("--screenshots")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _complains(kind: str, said: str) -> bool:
    return kind == "error" and ("Content Security Policy" in said or "Uncaught" in said)
