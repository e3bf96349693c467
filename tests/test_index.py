from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.builds import DocumentRecord, builds_before, finished_builds, new_build_id, point_to
from app.domain import LANGUAGES, Language, Passage
from app.errors import BuildError
from app.index import Build, Content, current_build_id, drop_collections, open_build, write_build
from app.lexical import LexicalIndex
from app.passage_words import no_words
from app.settings import Settings
from tests.ingest.made import HashingEmbedder
from tests.made import passage

WORDS: dict[Language, tuple[str, ...]] = {
    "fi": ("verokortti veroprosentti", "päiväkoti hakemus", "kirjasto laina"),
    "sv": ("skattekort skatteprocent", "daghem ansökan", "bibliotek lån"),
    "en": ("tax card rate", "daycare application"),
}


def content() -> Content:
    passages = [made(language, number, text) for language in LANGUAGES for number, text in enumerate(WORDS[language])]
    tokens = {code: [p.text.split() for p in passages if p.language == code] for code in LANGUAGES}
    return Content(
        passages=passages,
        vectors=HashingEmbedder().encode_documents([p.text for p in passages]),
        lexical={code: LexicalIndex.build(documents) for code, documents in tokens.items()},
        documents=[DocumentRecord("knowledge/a", "knowledge", "A", "x", len(passages))],
        embedding_model="hashing",
        embedding_digest="hashing-1",
        analyser_digest="analyser-1",
    )


def accept(build: Build) -> None: ...


def refuse(build: Build) -> None:
    raise BuildError("refused")


def made(language: Language, number: int, text: str) -> Passage:
    document = f"knowledge/tax-card/{language}.md"
    return passage(text, document=document, language=language, anchor=f"a{number}", id=f"{document}#a{number}")


def opened(settings: Settings, model: str = "hashing-1", analyser: str = "analyser-1") -> Build:
    return open_build(settings, embedding_digest=model, analyser_digest=analyser)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), _env_file=None)
    point_to(settings.builds_dir, write_build(settings, content(), accept))
    return settings


@pytest.fixture
def served(written: Settings, tmp_path: Path) -> Settings:
    """A copy of a good build that a test may damage."""
    shutil.copytree(written.builds_dir, tmp_path / "builds")
    return written.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def build(written: Settings) -> Iterator[Build]:
    build = opened(written)
    yield build
    build.close()


def test_each_language_finds_its_own_passages(build: Build) -> None:
    for row, found in enumerate(build.passages):
        nearest = build.nearest(build.vectors[row], found.language, 2)
        assert nearest[0] == (row, pytest.approx(1.0, abs=1e-4))
        assert len(nearest) == 2
        assert all(build.passages[hit].language == found.language for hit, _ in nearest)
    assert len(build.nearest(build.vectors[0], "en", 50)) == 2


def test_the_lexical_index_counts_within_its_language(build: Build) -> None:
    position, score = build.lexical("sv").search(["daghem"], 5)[0]
    assert build.passages[build.rows["sv"][position]].text == "daghem ansökan"
    assert score > 0


def test_pairs_stand_at_the_same_topic_and_anchor(build: Build) -> None:
    finnish = build.passages[0]
    assert (pair := build.pair(finnish, "sv")) and pair.text == "skattekort skatteprocent"
    assert build.pair(build.passages[2], "en") is None
    assert build.pair(replace(finnish, topic=None), "sv") is None


def test_passages_come_back_as_they_were(build: Build) -> None:
    assert build.passages == tuple(content().passages)
    assert isinstance(build.vectors, np.memmap)
    assert build.documents[0].title == "A"
    assert build.manifest.counts == {"fi": 3, "sv": 3, "en": 2}


def test_threads_may_share_a_build(build: Build) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(20):
                assert build.nearest(build.vectors[0], "fi", 1)[0][0] == 0
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_no_build_is_said_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    assert current_build_id(settings.builds_dir) is None
    with pytest.raises(BuildError, match="There is no build"):
        opened(settings)


@pytest.mark.parametrize("pointer", [b"", b"../../etc", b"\xff\xfe", b"20261122T000000000000Z-abcdef/.."])
def test_a_broken_pointer_is_said_so(served: Settings, pointer: bytes) -> None:
    (served.builds_dir / "current").write_bytes(pointer)
    with pytest.raises(BuildError, match="pointer"):
        opened(served)


def test_a_vanished_build_is_said_so(served: Settings) -> None:
    shutil.rmtree(next(entry for entry in served.builds_dir.iterdir() if entry.is_dir()))
    with pytest.raises(BuildError, match="vanished"):
        opened(served)


def test_another_model_or_analyser_is_refused(served: Settings) -> None:
    with pytest.raises(BuildError, match="another embedding model"):
        opened(served, model="other")
    with pytest.raises(BuildError, match="another analyser"):
        opened(served, analyser="other")


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "passages.jsonl",
        "documents.jsonl",
        "vectors.npy",
        "table.npy",
        "known.npy",
        "asked.npy",
        "word_vectors.npy",
    ],
)
@pytest.mark.parametrize("change", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\x00" * 100])
def test_a_damaged_file_is_said_so(served: Settings, name: str, change: object) -> None:
    path = _folder(served) / name
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(BuildError):
        opened(served)


def test_a_lost_passage_is_noticed(served: Settings) -> None:
    path = _folder(served) / "passages.jsonl"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    with pytest.raises(BuildError, match="counts disagree"):
        opened(served)


def test_a_broken_store_leaves_the_build_open(served: Settings) -> None:
    shutil.rmtree(_folder(served) / "chroma")
    build = opened(served)
    with pytest.raises(BuildError):
        build.nearest(build.vectors[0], "fi", 1)
    assert build.lexical("fi").search(["kirjasto"], 1)
    assert not (_folder(served) / "chroma").exists()
    build.close()


def test_a_torn_store_raises_and_never_kills_the_service(served: Settings) -> None:
    store = _folder(served) / "chroma" / "chroma.sqlite3"
    store.write_bytes(store.read_bytes()[:5000])
    build = opened(served)
    with pytest.raises(BuildError):
        build.nearest(build.vectors[0], "fi", 1)
    build.close()


def test_a_build_that_is_refused_is_thrown_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    with pytest.raises(BuildError, match="refused"):
        write_build(settings, content(), refuse)
    assert not list(settings.builds_dir.iterdir())


def test_a_build_comes_after_the_others_where_the_clock_was_moved_back(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    tomorrow = new_build_id(datetime.now(UTC) + timedelta(days=1))
    (settings.builds_dir / tomorrow).mkdir(parents=True)
    made = write_build(settings, content(), accept)
    assert finished_builds(settings.builds_dir) == [tomorrow, made]
    assert builds_before(settings.builds_dir, made) == [tomorrow]


def test_builds_live_on_a_chroma_server_too(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([*command, "--path", tmp_path / "chroma"], stdout=subprocess.DEVNULL)
    settings = Settings(data_dir=tmp_path / "var", chroma_url=f"http://127.0.0.1:{port}", _env_file=None)
    try:
        _await(port)
        name = write_build(settings, content(), accept)
        point_to(settings.builds_dir, name)
        assert not (settings.builds_dir / name / "chroma").exists()
        build = opened(settings)
        assert build.nearest(build.vectors[0], "fi", 1)[0][0] == 0
        build.close()
        drop_collections(settings, [name])
        build = opened(settings)
        with pytest.raises(BuildError):
            build.nearest(build.vectors[0], "fi", 1)
        build.close()
    finally:
        server.terminate()
        server.wait(10)
    build = opened(settings)  # the server is down: the build opens all the same
    with pytest.raises(BuildError):
        build.nearest(build.vectors[0], "fi", 1)


def test_a_chroma_server_that_hangs_costs_seconds_once(served: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        build = opened(served.model_copy(update={"chroma_url": f"http://127.0.0.1:{silent.getsockname()[1]}"}))
        started = time.monotonic()
        for _ in range(3):
            with pytest.raises(BuildError):
                build.nearest(build.vectors[0], "fi", 1)
    assert time.monotonic() - started < 4
    build.close()


def _folder(settings: Settings) -> Path:
    return settings.builds_dir / (current_build_id(settings.builds_dir) or "")


def _await(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the Chroma server did not start")


def test_torn_words_do_not_fit() -> None:
    table = no_words(3, 4)
    assert table.fits(3, 4)
    assert not table.fits(2, 4)
    assert not table.fits(3, 5)
    assert not replace(table, words=()).fits(3, 4)
    assert not replace(table, starts=table.starts[:-1]).fits(3, 4)
