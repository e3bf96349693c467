"""All storage of questions behind one class: nobody else writes queries.

An answer is handed over and written later, off the asker's path; while the database is away it waits in memory and in a
spool on disk. What is read is looked for in memory first; where only the database knows and it is away,
StoreUnavailable is raised at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from app.domain import Answer, Channel, Language, Turn
from app.errors import StoreUnavailable
from app.gaps import Encode, Gap, grouped
from app.log_database import LogDatabase
from app.log_entries import Asked, Forgotten, Rated
from app.log_reads import (
    gap_questions,
    latest_in,
    reported_questions,
    stored_answer,
    stored_channels,
    stored_turns,
    turn_of,
)
from app.log_report import Report, reported
from app.log_spool import LIMIT
from app.log_writer import LogWriter
from app.log_writes import delete_before
from app.masking import mask
from app.recent_answers import RecentAnswers
from app.settings import Settings

FORGETTING = 1.5  # seconds that one who wants to be forgotten waits for it to be done
STOPPING = 15.0  # seconds for what is queued when the service stops
MOST_COMMENT = 2_000  # characters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """`lost` above 0 is an alarm. `last_error` names a kind of error and nothing that somebody asked."""

    reachable: bool
    queued: int = 0
    spooled: int = 0
    written: int = 0
    lost: int = 0
    last_error: str = ""


class QuestionLog:
    def __init__(
        self,
        settings: Settings,
        *,
        keep: frozenset[str] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spool_limit: int = LIMIT,
    ) -> None:
        """`keep`: published contacts that are not masked (app.masking)."""
        self._database = LogDatabase(settings)
        self._writer = LogWriter(self._database, settings.data_dir / "spool", spool_limit)
        self._recent = RecentAnswers()
        self._retention = timedelta(days=settings.retention_days)
        self._conversation = timedelta(hours=settings.conversation_hours)
        self._keep = keep
        self._now = now

    @classmethod
    def open(cls, settings: Settings, *, keep: frozenset[str] = frozenset()) -> QuestionLog:
        """A log that writes; with its database away it starts all the same, and keeps trying.

        Raises:
            ConfigurationError: the database's address does not fit.
        """
        log = cls(settings, keep=keep)
        log.start()
        return log

    def start(self) -> None:
        self._writer.start()

    def close(self) -> None:
        self._writer.stop(STOPPING)
        self._database.close()

    @property
    def health(self) -> Health:
        writer = self._writer
        return Health(writer.reachable, writer.queued, writer.spooled, writer.written, writer.lost, writer.last_error)

    def record(self, answer: Answer, *, channel: Channel) -> None:
        """Keep an answer. Returns at once and never raises; the first answer of an id is the one that stays."""
        entry = Asked(self._masked(answer), channel, self._now())
        if self._recent.add(entry):
            self._writer.put(entry)

    def answer(self, answer_id: str) -> Answer | None:
        """Raises:
        StoreUnavailable: it is not in memory, and the database is away.
        """
        recent = self._recent.answer(answer_id)
        if recent:
            return recent
        found = self._read(lambda connection: stored_answer(connection, answer_id))
        if found is None or self._recent.is_forgotten(found[0].conversation_id, found[1]):
            return None
        return found[0]

    def leaned_on(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns that a follow-up may lean on: of the latest hours, as who comes back the next day begins anew.

        Raises:
            StoreUnavailable: as `history`.
        """
        return self.history(conversation_id, since=self._now() - self._conversation)

    def history(self, conversation_id: str, limit: int = 6, since: datetime | None = None) -> tuple[Turn, ...]:
        """The latest turns, oldest first; while the database is away, those that this process remembers.

        Raises:
            StoreUnavailable: it remembers none, and the database is away.
        """
        remembered = [
            (entry.answer.id, entry.at, turn_of(entry.answer)) for entry in self._recent.conversation(conversation_id)
        ]
        try:
            stored = self._read(lambda connection: stored_turns(connection, conversation_id, limit))
        except StoreUnavailable:
            if not remembered:
                raise
            stored = []
        told = [each for each in (*stored, *remembered) if since is None or each[1] >= since]
        turns = {answer_id: (at, turn) for answer_id, at, turn in told}
        latest = sorted(turns.values(), key=lambda found: found[0])[-limit:] if limit > 0 else []
        return tuple(turn for at, turn in latest if not self._recent.is_forgotten(conversation_id, at))

    def known_conversation(self, conversation_id: str) -> bool:
        """Raises:
        StoreUnavailable: it is not in memory, and the database is away.
        """
        if self._recent.conversation(conversation_id):
            return True
        latest = self._read(lambda connection: latest_in(connection, conversation_id))
        return latest is not None and not self._recent.is_forgotten(conversation_id, latest)

    def is_of(self, conversation_id: str, channel: Channel) -> bool:
        """Whether everything in a conversation was asked through this channel.

        Raises:
            StoreUnavailable: the database is away.
        """
        remembered = {entry.channel for entry in self._recent.conversation(conversation_id)}
        stored = self._read(lambda connection: stored_channels(connection, conversation_id))
        return remembered | stored <= {channel}

    def add_feedback(
        self, answer_id: str, helpful: bool, reason: str | None = None, comment: str | None = None
    ) -> bool:
        """Keep an opinion in place of an earlier one; False when there is no such answer.

        Raises:
            StoreUnavailable: the answer is not in memory and the database is away, or the opinion could not be kept.
        """
        answer = self.answer(answer_id)
        if answer is None:
            return False
        reason, comment = self._masked_words(reason), self._masked_words(comment)
        rated = Rated(answer.conversation_id, answer_id, helpful, reason, comment, self._now())
        ticket = self._writer.put(rated)
        if ticket.kept == [False]:
            raise StoreUnavailable("The feedback could not be kept.")
        return True

    def forget(self, conversation_id: str) -> bool:
        """Delete a conversation, what is queued or spooled included; False when there was none.

        Raises:
            StoreUnavailable: it could be neither done nor put down to be done.
        """
        try:
            known = self.known_conversation(conversation_id)
        except StoreUnavailable:
            known = True
        entry = Forgotten(conversation_id, self._now())
        self._recent.forget(conversation_id, entry.at)
        ticket = self._writer.put(entry)
        if not ticket.done.wait(FORGETTING) or not ticket.kept[0]:
            raise StoreUnavailable("The conversation could not be deleted yet.")
        return known

    def gaps(
        self,
        *,
        since: datetime | None = None,
        language: Language | None = None,
        limit: int = 20,
        encode: Encode | None = None,
    ) -> list[Gap]:
        """Questions that were not answered well, similar ones together, the largest groups first.

        Raises:
            StoreUnavailable: the database is away.
        """
        return grouped(self._read(lambda connection: gap_questions(connection, since, language)), limit, encode)

    def report(self, since: datetime, until: datetime) -> Report:
        """Raises:
        StoreUnavailable: the database is away.
        """
        return self._read(lambda connection: reported(since, until, reported_questions(connection, since, until)))

    def delete_old(self, now: datetime | None = None) -> int:
        """Delete what is older than the retention allows; the number of questions.

        Raises:
            StoreUnavailable: the database is away.
        """
        moment = (now or self._now()) - self._retention
        self._recent.drop_before(moment)
        return delete_before(self._database, moment)

    def _masked(self, answer: Answer) -> Answer:
        """What understanding has masked already stays as it is; this is the belt beside the braces."""
        question = mask(answer.question, self._keep).text
        same = answer.standalone == answer.question
        return replace(
            answer, question=question, standalone=question if same else mask(answer.standalone, self._keep).text
        )

    def _masked_words(self, said: str | None) -> str | None:
        return mask(said[:MOST_COMMENT], self._keep).text if said else None

    def _read(self, work: Callable[[Connection], T]) -> T:
        if not self._writer.reachable:
            raise StoreUnavailable("The question log is away.")
        try:
            with self._database.reading() as connection:
                return work(connection)
        except StoreUnavailable as error:
            self._writer.missed(error)
            raise
