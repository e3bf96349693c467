"""What the question log masks, forgets and deletes, down to the bytes on the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain import Channel
from app.masking import normalised
from app.question_log import QuestionLog
from tests.log_file import row
from tests.log_made import made_answer, made_settings, opened, settled, until

PERSONAL = "Olen Matti, 131052-308T, 040 1234567, m@example.fi, FI21 1234 5600 0007 85, 4111 1111 1111 1111"
SECRETS = (b"131052", b"1234567", b"example.fi", b"5600", b"4111")


def test_nothing_personal_reaches_the_disk(tmp_path: Path) -> None:
    (tmp_path / "questions.sqlite3").mkdir()  # so that the spool is used first
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(question=PERSONAL, standalone=PERSONAL + "?"), channel=Channel.WIDGET)
        log.add_feedback("a1", False, "wrong", "call 040 1234567")
        assert log.answer("a1").question.startswith("Olen [name], [id], [phone], [email]")  # type: ignore[union-attr]
        until(lambda: log.health.spooled == 2)
        assert not _on_disk(tmp_path, *SECRETS)
        (tmp_path / "questions.sqlite3").rmdir()
        settled(log)
    assert not _on_disk(tmp_path, *SECRETS)
    assert row(tmp_path, "SELECT comment FROM feedback") == ("call [phone]",)


def test_published_numbers_stay(tmp_path: Path) -> None:
    log = QuestionLog(made_settings(tmp_path), keep=frozenset({normalised("09 81621")}))
    log.start()
    log.record(made_answer(question="Onko 09 81621 vaihde?"), channel=Channel.WIDGET)
    assert log.answer("a1").question == "Onko 09 81621 vaihde?"  # type: ignore[union-attr]
    log.close()


def test_forgetting_deletes_everything_and_stays(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(1, question="salainen kysymys"), channel=Channel.WIDGET)
        log.record(made_answer(2, conversation="c2"), channel=Channel.WIDGET)
        log.add_feedback("a1", False, None, "salainen huomautus")
        assert log.forget("c1")
        assert not log.forget("c1")
        assert log.answer("a1") is None
        assert log.history("c1") == ()
        assert not log.known_conversation("c1")
        assert log.answer("a2")
    assert not _on_disk(tmp_path, b"salainen")
    assert row(tmp_path, "SELECT count(*) FROM questions") == (1,)
    assert row(tmp_path, "SELECT count(*) FROM feedback") == (0,)


def test_what_another_process_still_holds_is_not_written_after_forgetting(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as late, opened(made_settings(tmp_path)) as log:
        log.record(made_answer(1), channel=Channel.WIDGET)
        settled(log)
        before = datetime.now(UTC)
        assert log.forget("c1")
        late._now = lambda: before  # asked before, written after
        late.record(made_answer(2), channel=Channel.WIDGET)
        late._now = lambda: datetime.now(UTC)
        late.record(made_answer(3), channel=Channel.WIDGET)
        settled(late)
    assert row(tmp_path, "SELECT group_concat(id) FROM questions") == ("a3",)


def test_the_old_is_deleted(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path, retention_days=30)) as log:
        log._now = lambda: datetime.now(UTC) - timedelta(days=31)
        log.record(made_answer(1), channel=Channel.WIDGET)
        log.forget("c7")
        log._now = lambda: datetime.now(UTC)
        log.record(made_answer(2), channel=Channel.WIDGET)
        log.add_feedback("a1", True, None, None)
        settled(log)
        assert log.delete_old() == 1
        assert log.delete_old() == 0
        assert log.answer("a1") is None
        assert log.answer("a2")
        assert log.delete_old(datetime.now(UTC) + timedelta(days=31)) == 1
    assert row(tmp_path, "SELECT count(*) FROM forgotten") == (0,)


def _on_disk(folder: Path, *secrets: bytes) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(secret in path.read_bytes() for secret in secrets)]
