"""The question log on a real SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app.domain import Answer, Channel, Completeness, Reason, Status, Turn
from app.errors import ConfigurationError
from app.log_database import database_url
from app.log_tables import metadata
from app.question_log import QuestionLog
from tests.log_file import row
from tests.log_made import made_answer, made_settings, opened, settled, until

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_an_answer_is_found_at_once_and_after_a_restart(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(), channel=Channel.WIDGET)
        assert log.answer("a1") == made_answer()
        assert log.answer("a2") is None
    with opened(made_settings(tmp_path)) as log:
        assert log.answer("a1") == made_answer()
        assert log.known_conversation("c1")
        assert not log.known_conversation("c2")


def test_recording_takes_no_time_of_the_asker(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        began = time.perf_counter()
        for number in range(500):
            log.record(made_answer(number), channel=Channel.WIDGET)
        assert (time.perf_counter() - began) / 500 < 0.005
        settled(log)
        assert log.health.written == 500
        assert log.health.lost == 0


def test_columns_say_what_the_answer_says(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(
            made_answer(reason=Reason.WEAK_SOURCE, status=Status.UNANSWERED, confidence=0.25), channel=Channel.STAFF
        )
    columns = row(
        tmp_path, "SELECT status, reason, channel, language, sources, build, mode, total_ms, confidence FROM questions"
    )
    assert columns == (
        "unanswered",
        "weak_source",
        "staff",
        "fi",
        '["knowledge/kela-card/fi.md"]',
        "b1",
        "quoting",
        3.0,
        0.25,
    )
    assert row(tmp_path, "PRAGMA journal_mode") == ("wal",)


def test_the_first_answer_of_an_id_stays(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with opened(made_settings(tmp_path)) as log:
            log.record(made_answer(text=text), channel=Channel.WIDGET)
            log.record(made_answer(text="third"), channel=Channel.WIDGET)
    with opened(made_settings(tmp_path)) as log:
        assert log.answer("a1").text == "first"  # type: ignore[union-attr]


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "😀" * 3, "x" * 100_000, "", "'; DROP TABLE questions; --"])
def test_odd_text_is_kept(tmp_path: Path, odd: str) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(question=odd, text=odd), channel=Channel.API)
        settled(log)
        assert log.health.lost == 0
    assert row(tmp_path, "SELECT count(*) FROM questions") == (1,)


def test_history_is_oldest_first_from_memory_and_store(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        for number in range(4):
            log.record(made_answer(number, question=f"q{number}"), channel=Channel.WIDGET)
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(4, question="q4"), channel=Channel.WIDGET)
        log.record(made_answer(9, conversation="other"), channel=Channel.WIDGET)
        assert [turn.question for turn in log.history("c1", 3)] == ["q2", "q3", "q4"]
        assert log.history("c1")[0] == Turn("q0", "q0", "Vastaus 0", Status.ANSWERED)
        assert log.history("nobody") == log.history("c1", 0) == ()


def test_what_was_asked_yesterday_is_no_history_today(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 28, 9, tzinfo=UTC)]
    settings = made_settings(tmp_path, conversation_hours=12)
    for moment, number in ((9, 1), (20, 2)):
        clock[0] = datetime(2026, 11, 28, moment, tzinfo=UTC)
        log = QuestionLog(settings, now=lambda: clock[0])  # opened anew: a restart changes nothing
        log.start()
        until(lambda log=log: log.health.reachable)  # type: ignore[misc]
        log.record(made_answer(number, question=f"q{number}"), channel=Channel.WIDGET)
        assert [turn.question for turn in log.leaned_on("c1")] == [f"q{n}" for n in range(1, number + 1)]
        log.close()
    clock[0] = datetime(2026, 11, 29, 7, tzinfo=UTC)
    log = QuestionLog(settings, now=lambda: clock[0])
    log.start()
    until(lambda: log.health.reachable)
    assert [turn.question for turn in log.leaned_on("c1")] == ["q2"]
    clock[0] = datetime(2026, 11, 29, 9, tzinfo=UTC)
    assert log.leaned_on("c1") == () and log.known_conversation("c1")
    assert [turn.question for turn in log.history("c1")] == ["q1", "q2"]
    log.close()


def test_feedback_replaces_feedback_and_needs_an_answer(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(), channel=Channel.WIDGET)
        assert log.add_feedback("a1", False, "wrong", "No. My number is 040 1234567.")
        assert log.add_feedback("a1", True, None, None)
        assert not log.add_feedback("a2", True, None, None)
        settled(log)
        report = log.report(LONG_AGO, datetime.now(UTC) + timedelta(days=1))
        assert (report.helpful, report.not_helpful) == (1, 0)
        log.forget("c1")
        assert not log.add_feedback("a1", True, None, None)


def test_gaps_are_what_people_did_not_get_answered(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        for number in range(3):
            log.record(
                made_answer(number, question="Missä on koirapuisto?", status=Status.UNANSWERED), channel=Channel.WIDGET
            )
        partial = made_answer(3, question="Mitä passi maksaa?", completeness=Completeness.PARTIAL)
        log.record(partial, channel=Channel.WIDGET)
        log.record(made_answer(4, question="Hur får jag skattekort?", language="sv"), channel=Channel.WIDGET)
        log.add_feedback("a4", False, "wrong", None)
        log.record(made_answer(5, question="Auki?", status=Status.FAILED), channel=Channel.STAFF)
        log.record(made_answer(6, question="Kaikki hyvin"), channel=Channel.WIDGET)
        log.record(made_answer(7, question="eval", status=Status.UNANSWERED), channel=Channel.EVAL)
        settled(log)
        gaps = log.gaps()
        assert (gaps[0].title, gaps[0].count) == ("Missä on koirapuisto?", 3)
        assert {kind for gap in gaps for kind in gap.kinds} == {"unanswered", "partial", "badly_rated", "failed"}
        assert sum(gap.count for gap in gaps) == 6
        assert [gap.title for gap in log.gaps(language="sv")] == ["Hur får jag skattekort?"]
        assert log.gaps(since=datetime.now(UTC) + timedelta(hours=1)) == []
        assert len(log.gaps(limit=2)) == 2


def test_the_report_counts(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        assert log.report(LONG_AGO, datetime.now(UTC)).p95_ms is None
        for number in range(100):
            log.record(made_answer(number, timings_ms={"total": float(number)}), channel=Channel.WIDGET)
        log.record(
            made_answer(100, status=Status.UNANSWERED, citations=(), timings_ms={"total": 50.0}), channel=Channel.API
        )
        log.record(made_answer(101), channel=Channel.EVAL)
        settled(log)
        report = log.report(LONG_AGO, datetime.now(UTC) + timedelta(days=1))
    assert report.questions == 101
    assert report.statuses == {"answered": 100, "unanswered": 1}
    assert report.channels == {"widget": 100, "api": 1}
    assert report.top_sources == {"knowledge/kela-card/fi.md": 100}
    assert (report.p50_ms, report.p95_ms) == (50.0, 94.0)


def test_an_answer_that_cannot_be_read_is_no_answer(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(), channel=Channel.WIDGET)
    with sqlite3.connect(tmp_path / "questions.sqlite3") as connection:
        connection.execute("UPDATE questions SET answer = '{\"id\": 1}'")
    with opened(made_settings(tmp_path)) as log:
        assert log.answer("a1") is None
        assert log.history("c1") == ()
        assert log.known_conversation("c1")


def test_what_does_not_fit_is_counted_and_harms_no_other(tmp_path: Path) -> None:
    broken: Answer = replace(made_answer(2), confidence="high")  # type: ignore[arg-type]
    with opened(made_settings(tmp_path)) as log:
        for answer in (made_answer(1), broken, made_answer(3)):
            log.record(answer, channel=Channel.WIDGET)
        settled(log)
        assert log.health.lost == 1
    assert row(tmp_path, "SELECT group_concat(id) FROM questions") == ("a1,a3",)


def test_nothing_is_kept_after_closing_and_that_is_counted(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        pass
    log.record(made_answer(), channel=Channel.WIDGET)
    assert log.health.lost == 1


CHILD = """
import sys
from pathlib import Path
from app.domain import Channel
from tests.log_made import made_answer, made_settings, opened, settled
with opened(made_settings(Path(sys.argv[1]))) as log:
    for number in range(20):
        log.record(made_answer(f"{sys.argv[2]}-{number}"), channel=Channel.WIDGET)
    settled(log)
    assert log.health.lost == 0, log.health
"""


def test_several_processes_start_on_a_new_file_at_once(tmp_path: Path) -> None:
    children = [subprocess.Popen([sys.executable, "-c", CHILD, tmp_path, str(number)]) for number in range(2)]
    assert [child.wait(30) for child in children] == [0, 0]
    assert row(tmp_path, "SELECT count(*) FROM questions") == (40,)
    assert not list((tmp_path / "spool").glob("*"))


def test_the_migrations_make_the_tables_that_are_declared(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)):
        pass
    engine = create_engine(f"sqlite:///{tmp_path}/questions.sqlite3")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
    engine.dispose()


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_every_way_to_write_postgresql(tmp_path: Path, url: str) -> None:
    assert database_url(made_settings(tmp_path, database_url=url)).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql+asyncpg://h/d"]
)
def test_other_databases_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="ESPOO_DATABASE_URL"):
        QuestionLog.open(made_settings(tmp_path, database_url=url))
