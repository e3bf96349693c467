"""The widget's built file: made by this source and nothing else, small, and with nothing in it that a strict page forbids."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

from app.api.schemas import MAX_QUESTION
from app.domain import LANGUAGES
from app.settings import PROJECT
from app.texts import text

WIDGET = PROJECT / "app" / "widget"
BUILT = WIDGET / "dist" / "widget.js"
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted((WIDGET / "src").glob("*.ts"))}


def test_the_build_gives_the_committed_file(tmp_path: Path) -> None:
    """When this fails after a change of a sentence, a contact or the source: `make widget`."""
    _node("vite/bin/vite.js", "build", "--outDir", str(tmp_path), "--emptyOutDir", "--logLevel", "error")
    made = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {"widget.js": BUILT.read_bytes()}


def test_the_types_hold() -> None:
    _node("typescript/bin/tsc", "--noEmit")


def test_the_file_is_small() -> None:
    """25.0 kB now; the rest is room for sentences in three languages, not for another library."""
    assert len(gzip.compress(BUILT.read_bytes(), 9)) < 28_000
    assert "sourceMappingURL" not in BUILT.read_text(encoding="utf-8")


def test_text_stays_text() -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|unsafeStatic|document\.write|\beval\(|new Function|srcdoc"
    assert not [name for name, source in SOURCES.items() if re.search(unsafe, source)]
    assert not [name for name, source in SOURCES.items() if re.search(r"document\.cookie|localStorage|style=", source)]


def test_every_sentence_is_in_the_file() -> None:
    """The widget has its words, the desk and the emergency number when the service is away."""
    built = BUILT.read_text(encoding="utf-8")
    for language in LANGUAGES:
        assert text("widget.privacy", language) in built and text("service.name", language) in built
    assert (
        "emergencyNumber" in built
        and "Iso Omena" in built
        and f"max_question:{MAX_QUESTION}" in built.replace("1e3", "1000")
    )


def test_every_sentence_is_used() -> None:
    written = " ".join(SOURCES.values())
    keys = re.findall(
        r"(?m)^(\w+) = ",
        (PROJECT / "app/locales/en.toml").read_text(encoding="utf-8").split("[widget]")[1].split("\n[")[0],
    )
    assert len(keys) > 60
    assert not [key for key in keys if not re.search(rf"say\.{key}\b|\"{key}\"", written)]


def _node(script: str, *arguments: str) -> None:
    run = subprocess.run(
        ["node", str(WIDGET / "node_modules" / script), *arguments],
        cwd=WIDGET,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
