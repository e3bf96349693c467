from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from app.builds import current_build_id, finished_builds, new_build_id, prune
from app.errors import BuildError, IngestError
from app.index import open_build
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import LOCK, IngestBusy, Parts, run
from ingest.report import Report
from ingest.verify import smoke_questions, verify
from tests.ingest.made import TOPICS, HashingEmbedder, pdf, word, write_knowledge, write_page


def ingest(settings: Settings, parts: Parts, *folders: Path, only: tuple[str, ...] = (), allow: bool = False) -> Report:
    request = Request(folders or (settings.knowledge_dir,), only, allow)
    return run(settings, request, lambda: parts)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.removed, report.failed


def test_a_first_run_a_second_and_changes(settings: Settings, knowledge: Path, parts: Parts) -> None:
    first = ingest(settings, parts)
    assert counts(first) == (6, 0, 0, 0, 0)
    second = ingest(settings, parts)
    assert counts(second) == (0, 0, 6, 0, 0)
    assert (second.embedded, second.reused) == (0, first.passages)
    write_page(knowledge, "daycare", "en", step2="Fill in the new application.")
    (knowledge / "parking" / "sv.md").unlink()
    third = ingest(settings, parts)
    assert counts(third) == (0, 1, 4, 1, 0)
    assert third.embedded == 1
    assert current_build_id(settings.builds_dir) == third.build
    assert not list(settings.builds_dir.glob("*.tmp"))


def test_a_changed_date_alone_is_an_update_that_embeds_nothing(
    settings: Settings, knowledge: Path, parts: Parts
) -> None:
    ingest(settings, parts)
    write_page(knowledge, "daycare", "en", as_of="2026-05-05")
    report = ingest(settings, parts)
    assert (counts(report), report.embedded) == ((0, 1, 5, 0, 0), 0)


def test_another_model_embeds_everything_anew(settings: Settings, knowledge: Path, parts: Parts) -> None:
    ingest(settings, parts)
    report = ingest(settings, replace(parts, embedder=HashingEmbedder("hashing-2")))
    assert (report.reused, report.unchanged) == (0, 6)


def test_bad_documents_are_named_and_the_others_ingested(settings: Settings, parts: Parts, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    outside = tmp_path / "secret.txt"
    outside.write_text("Secret text that must not be read by anybody.")
    (folder / "good.txt").write_text("A page\n\nThis page says something that is useful to newcomers in Espoo.")
    (folder / "good.docx").write_bytes(word(("Heading 1", "Help"), ("Normal", "The desk helps everybody in Espoo.")))
    (folder / "empty.txt").write_text(" \n")
    (folder / "scan.pdf").write_bytes(pdf())
    (folder / "cut.pdf").write_bytes(pdf("Some text")[:-300])
    with (folder / "large.txt").open("wb") as large:
        large.truncate(50 * 2**20)
    (folder / "link.txt").symlink_to(outside)
    (folder / "folder-link").symlink_to(tmp_path, target_is_directory=True)
    (folder / "dangling.md").symlink_to(tmp_path / "nothing.md")
    (folder / "anchors.md").write_text("## One {#a}\n\nText.\n\n## Two {#a}\n\nText.\n")
    os.mkfifo(folder / "pipe.txt")
    (folder / "pipe-link.txt").symlink_to("pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    report = ingest(settings, parts, folder)
    reasons = {failure.document.removeprefix("papers/"): failure.reason for failure in report.failures}
    assert report.created == 2
    assert set(reasons) == {
        "empty.txt", "scan.pdf", "cut.pdf", "large.txt", "link.txt", "folder-link", "dangling.md", "anchors.md",
        "pipe.txt", "pipe-link.txt", "zero.txt",
    }  # fmt: skip
    assert reasons["large.txt"] == "too large: 50 MB, at most 20 MB"
    assert "link out of the folder" in reasons["link.txt"]
    assert "'One' and 'Two'" in reasons["anchors.md"]


def test_whatever_a_file_is_called(settings: Settings, parts: Parts, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    text = "A page\n\nThis page says something that is useful to newcomers in Espoo."
    for name in (b"a b.txt", b"two\nlines.txt", b"bad\xff.txt", "p\u00e4iv\u00e4.txt".encode(), b"a#b.txt"):
        (folder / os.fsdecode(name)).write_text(text)
    (folder / "pa\u0308iva\u0308.txt").write_text(text)
    report = ingest(settings, parts, folder)
    assert [failure.reason for failure in report.failures] == [
        "another file has the same name, written with other characters"
    ]
    with closing(open_build(settings, embedding_digest="hashing-1", analyser_digest=parts.analyser.digest)) as build:
        assert {record.id.removeprefix("papers/") for record in build.documents} == {
            "a b.txt", "two\ufffdlines.txt", "bad\ufffd.txt", "p\u00e4iv\u00e4.txt", "a#b.txt"
        }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "vectors.npy",
        "table.npy",
        "known.npy",
        "asked.npy",
        "word_vectors.npy",
        "passages.jsonl",
        "documents.jsonl",
        "manifest.json",
    ],
)
def test_a_damaged_build_is_healed_by_the_next_run_and_never_carried_over(
    settings: Settings, knowledge: Path, parts: Parts, name: str
) -> None:
    path = settings.builds_dir / ingest(settings, parts).build / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IngestError, match="run without --source"):
        ingest(settings, parts, only=("knowledge",))
    assert counts(ingest(settings, parts)) == (6, 0, 0, 0, 0)


def test_vectors_that_a_bad_disk_changed_are_made_anew(settings: Settings, knowledge: Path, parts: Parts) -> None:
    path = settings.builds_dir / ingest(settings, parts).build / "vectors.npy"
    vectors = np.load(path)
    vectors[3:5] = 0
    np.save(path, vectors)
    assert ingest(settings, parts).embedded == 2


def test_word_and_question_vectors_that_a_bad_disk_changed_are_made_anew(
    settings: Settings, knowledge: Path, parts: Parts
) -> None:
    asked = '[questions.when]\nfi = ["Miten haen?"]\nsv = ["Hur söker jag?"]\nen = ["How do I apply?"]\n'
    (knowledge / "daycare" / "asked.toml").write_text(asked, encoding="utf-8")
    build = settings.builds_dir / ingest(settings, parts).build
    files = ("asked.npy", "known.npy", "word_vectors.npy")
    before = [np.load(build / name) for name in files]
    for name, vectors in zip(files, before, strict=True):
        np.save(build / name, np.zeros_like(vectors))
    healed = settings.builds_dir / ingest(settings, parts).build
    assert all(np.array_equal(np.load(healed / name), old) for name, old in zip(files, before, strict=True))
    assert len(before[0]) == 3


def test_a_broken_glossary_is_named_and_the_served_one_stays(settings: Settings, knowledge: Path, parts: Parts) -> None:
    glossary = knowledge / "glossary.toml"
    glossary.write_text('[centre]\nfi = "päiväkoti"\nsv = "daghem"\nen = "daycare centre"\n', encoding="utf-8")
    first = ingest(settings, parts)
    glossary.write_text("[centre", encoding="utf-8")
    second = ingest(settings, parts)
    assert [failure.document for failure in second.failures] == ["knowledge/glossary.toml"]
    terms = [json.loads((settings.builds_dir / each.build / "terms.json").read_text()) for each in (first, second)]
    assert terms[0] == terms[1] != {}


def test_a_topic_that_its_first_heading_does_not_find_stops_the_switch(
    settings: Settings, knowledge: Path, parts: Parts
) -> None:
    """Many notes that repeat the parking page's heading, word for word, crowd the page out."""
    served = ingest(settings, parts).build
    notes = knowledge / "notes"
    notes.mkdir()
    for number in range(8):
        (notes / f"{number}.txt").write_text(
            "What does parking cost?\n\nWhat does parking cost? What does parking cost?"
        )
    with pytest.raises(BuildError, match=r"topic parking by its first heading in en: knowledge/parking/en\.md"):
        ingest(settings, parts)
    assert current_build_id(settings.builds_dir) == served
    assert finished_builds(settings.builds_dir) == [served]


def test_a_build_that_does_not_find_its_own_passages_is_refused(
    settings: Settings, knowledge: Path, parts: Parts
) -> None:
    ingest(settings, parts)
    with closing(open_build(settings, embedding_digest="hashing-1", analyser_digest=parts.analyser.digest)) as build:
        verify(build, smoke_questions(build.passages, parts.embedder, parts.analyser))
        build.vectors = -build.vectors
        with pytest.raises(BuildError, match="does not find its own passage"):
            verify(build, ())


def test_nothing_switches_without_documents(settings: Settings, knowledge: Path, parts: Parts, tmp_path: Path) -> None:
    served = ingest(settings, parts).build
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "broken.md").write_text("---\n: [\n---\n")
    for folder in (tmp_path / "missing", empty):
        with pytest.raises(IngestError):
            ingest(settings, parts, folder)
    (knowledge / "facts.toml").write_text("broken [")
    with pytest.raises(IngestError, match=r"facts\.toml"):
        ingest(settings, parts)
    assert current_build_id(settings.builds_dir) == served


def test_much_of_a_source_gone_stops_the_run(settings: Settings, knowledge: Path, parts: Parts) -> None:
    ingest(settings, parts)
    shutil.rmtree(knowledge / "parking")
    with pytest.raises(IngestError, match="3 of 6 documents of knowledge would disappear"):
        ingest(settings, parts)
    assert counts(ingest(settings, parts, allow=True)) == (0, 0, 3, 3, 0)


def test_one_source_is_read_and_the_others_carried_over(
    settings: Settings, knowledge: Path, parts: Parts, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("A page\n\nThis page says something that is useful to newcomers in Espoo.")
    first = ingest(settings, parts, knowledge, papers)
    write_page(knowledge, "daycare", "en", step2="Changed.")
    (papers / "b.txt").write_text("Another page\n\nThis page says something else that is useful in Espoo.")
    report = ingest(settings, parts, knowledge, papers, only=("papers",))
    assert counts(report) == (1, 0, 1, 0, 0)
    assert (report.documents, report.embedded) == (first.documents + 1, 1)
    unknown = ingest(settings, parts, knowledge, papers, only=("papers", "nowhere"))
    assert unknown.failures[0].document == "nowhere"
    with pytest.raises(IngestError, match="unknown source"):
        ingest(settings, parts, knowledge, papers, only=("nowhere",))


def test_a_topic_that_stands_twice_names_both(
    settings: Settings, knowledge: Path, parts: Parts, tmp_path: Path
) -> None:
    shutil.copytree(knowledge / "daycare", knowledge / "copy")
    report = ingest(settings, parts)
    assert {failure.document for failure in report.failures} == {
        f"knowledge/copy/{code}.md" for code in TOPICS["daycare"]
    }
    assert "copy and daycare/en.md" in next(f.reason for f in report.failures if f.document.endswith("en.md"))
    other = tmp_path / "other"
    write_knowledge(other)
    twin = ingest(settings, parts, knowledge, other)
    assert any(
        "duplicate topic: parking is also knowledge/parking/fi.md" in failure.reason for failure in twin.failures
    )


def test_a_second_run_at_the_same_time_is_told_so(settings: Settings, knowledge: Path, parts: Parts) -> None:
    settings.builds_dir.mkdir(parents=True)
    with FileLock(settings.builds_dir / LOCK), pytest.raises(IngestBusy, match="Another ingest"):
        ingest(settings, parts)


def test_a_full_disk_leaves_the_served_build(settings: Settings, knowledge: Path, parts: Parts) -> None:
    """A limit on file sizes stands for the full disk: the same failing writes, at 1, 20 and 150 kB."""
    served = ingest(settings, parts).build
    script = (
        "import sys\nfrom pathlib import Path\nfrom app.errors import EspooError\nfrom app.settings import Settings\n"
        "from app.lexical import load_analyser\nfrom ingest.collect import Request\n"
        "from ingest.pipeline import Parts, run\nfrom tests.ingest.made import HashingEmbedder\n"
        "import resource\n"
        "data, knowledge = map(Path, sys.argv[1:])\nparts = Parts(HashingEmbedder(), load_analyser())\n"
        "for limit in (1_000, 20_000, 150_000):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))\n"
        "    try:\n        run(Settings(data_dir=data), Request((knowledge,)), lambda: parts)\n"
        "    except EspooError as error:\n        sys.stderr.write(f'stopped: {error}\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, settings.data_dir, knowledge], capture_output=True, text=True, timeout=60
    )
    assert done.stderr.count("stopped:") == 3, done.stderr
    assert current_build_id(settings.builds_dir) == served
    assert finished_builds(settings.builds_dir) == [served]
    assert not list(settings.builds_dir.glob("*.tmp"))
    open_build(settings, embedding_digest="hashing-1", analyser_digest=parts.analyser.digest).close()


def test_the_last_three_builds_and_the_young_ones_stay(settings: Settings, knowledge: Path, parts: Parts) -> None:
    served = ingest(settings, parts).build
    old = [new_build_id(datetime.now(UTC) - timedelta(days=day)) for day in (9, 8, 7, 6)]
    for name in old:
        (settings.builds_dir / name).mkdir()
    young = [new_build_id(datetime.now(UTC) - timedelta(minutes=minutes)) for minutes in (30, 20, 10)]
    for name in young:
        (settings.builds_dir / name).mkdir()
    assert sorted(prune(settings.builds_dir)) == sorted(old)
    assert finished_builds(settings.builds_dir) == [*young, served]
