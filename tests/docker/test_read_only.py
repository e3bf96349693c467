"""The image's own commands as its container runs them: nothing but what the image copies, nobody's rights, all read-only.

Where the machine allows mount namespaces, the whole file system is read-only but for the data folder and a fresh /tmp;
where it does not, the same commands run on the same files, which are write-protected.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.settings import PROJECT
from tests.api.test_serving import QUESTIONS, asked
from tests.docker import recipe
from tests.docker.composition import free_port, ready_address, until

SCRIPT = Path(__file__).parent / "locked_down.sh"
UID = int(recipe.last("USER").split(":")[0])
PROGRAMS = Path(sys.executable).parent
TRIAL = "python -c 'import fastapi' && touch /mnt/data/trial"


@dataclass(frozen=True)
class Container:
    """`words` stand before a command; `project` and `data` are where it finds the two."""

    words: tuple[str, ...]
    project: Path
    data: Path

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        own = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "ESPOO_DATA_DIR": str(self.data), "ESPOO_HOST": "127.0.0.1"}
        return subprocess.Popen(
            [*self.words, *words], cwd=None if self.words else self.project,
            env={**recipe.environment(), **own, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str, **settings: str) -> tuple[int, str]:
        process = self.start(*words, **settings)
        out, errors = process.communicate(timeout=120)
        return process.returncode, out + errors


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The project as the image has it, and a data folder of the image's user."""
    folder = tmp_path_factory.mktemp("image")
    project, data = folder / "project", folder / "data"
    for name in ("app", "ingest", "knowledge", "prompts"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    (data / "documents").mkdir(parents=True)
    _let_in(project, data)
    yield project, data
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)


@pytest.fixture(scope="module")
def container(folders: tuple[Path, Path]) -> Container:
    """The strictest that this machine allows."""
    project, data = folders
    inside = Path("/mnt/project"), Path("/mnt/data")
    for namespace, who in ((["unshare", "-m"], "nobody"), (["unshare", "-rm"], "root")):
        words = (*namespace, "sh", str(SCRIPT), str(project), str(data), sys.base_prefix, who)
        strict = Container(words, *inside)
        if shutil.which("unshare") and strict.run("sh", "-c", TRIAL)[0] == 0:
            return strict
    return Container((), project, data)


def test_it_ingests_serves_and_logs(container: Container, folders: tuple[Path, Path]) -> None:
    before = sorted(folders[0].rglob("*"))
    (folders[1] / "documents" / "broken.pdf").write_bytes(b"no PDF")
    code, said = container.run(*_ingest(container))
    assert (code, "broken.pdf" in said) == (0, True), said
    process = container.start(*recipe.command("ENTRYPOINT"), *recipe.command("CMD"), ESPOO_PORT="0")
    try:
        url = ready_address(process)
        answers = [asked(url, "", language, question) for language, question in QUESTIONS]
        healthy = container.run(*_health_check(), ESPOO_PORT=str(httpx.URL(url).port))
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert [(answer["status"], answer["language"]) for answer in answers] == [
        ("answered", language) for language, _ in QUESTIONS
    ]
    assert healthy == (0, "")
    assert process.returncode == 0
    assert {json.loads(line)["level"] for line in errors.splitlines() if line.startswith("{")} <= {"info", "warning"}
    assert sorted(folders[0].rglob("*")) == before, "it wrote beside its data folder"
    with sqlite3.connect(folders[1] / "questions.sqlite3") as log:
        assert log.execute("SELECT count(*) FROM questions").fetchone() == (len(QUESTIONS),)


def test_a_service_that_is_gone_is_not_healthy(container: Container) -> None:
    code, _ = container.run(*_health_check(), ESPOO_PORT="1")
    assert code != 0


def test_chroma_serves_as_locked_down_as_the_rest(container: Container) -> None:
    service = recipe.composition()["services"]["chroma"]
    port = str(free_port())
    words = [word.replace("8000", port).replace("/chroma", str(container.data)) for word in service["command"]]
    check = [word.replace(":8000", f":{port}") for word in service["healthcheck"]["test"][1:]]
    assert container.run(*check)[0] != 0
    process = container.start(*service["entrypoint"], *words)
    try:
        until(lambda: container.run(*check)[0] == 0)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_container_is_as_locked_as_it_should_be(container: Container) -> None:
    """Of the test itself: in a namespace nothing of the project can be written, whoever tries."""
    code, said = container.run("touch", "written")
    if container.words or os.geteuid() != 0:
        assert code == 1, said
    if container.words[-1:] == ("nobody",):
        status = container.run("cat", "/proc/self/status")[1]
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert fields["Uid"].split() == [str(UID)] * 4 and fields["NoNewPrivs"] == "1"
        assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}


def _health_check() -> list[str]:
    return recipe.command("HEALTHCHECK")


def _ingest(container: Container) -> list[str]:
    service = recipe.composition()["services"]["ingest"]
    places = {"/srv/espoo/knowledge": container.project / "knowledge", "/documents": container.data / "documents"}
    return [*service["entrypoint"], *(str(places.get(word, word)) for word in service["command"])]


def _let_in(project: Path, data: Path) -> None:
    subprocess.run(["chmod", "-R", "u=rX,go=rX", project], check=True)
    data.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(data, UID, UID)
