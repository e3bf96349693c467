"""The thread that writes the question log: in batches, off the answer's path, to a spool while the database is away."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.errors import StoreUnavailable
from app.log_database import LogDatabase
from app.log_entries import Entry, Forgotten, from_line, is_undone, to_line
from app.log_spool import LIMIT, Spool, adopted, own_spool
from app.log_writes import write_entries

QUEUE = 2_000
BATCH = 200
PAUSE = 0.25  # seconds at most between two looks at the database while nothing comes in
FIRST_RETRY, LAST_RETRY = 0.5, 5.0  # seconds between two tries to reach a lost database; the latter between two pings
ADOPTION = 30.0  # seconds between two looks for spools of dead processes

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ticket:
    """An entry on its way. `done` is set when it is in the database or the spool, or was lost."""

    entry: Entry
    done: threading.Event = field(default_factory=threading.Event)
    kept: list[bool] = field(default_factory=list)

    def finish(self, kept: bool) -> None:
        self.kept.append(kept)
        self.done.set()


class LogWriter:
    def __init__(self, database: LogDatabase, spool_folder: Path, spool_limit: int = LIMIT) -> None:
        self.reachable = False
        self.lost = 0
        self.written = 0
        self.last_error = ""
        self._database = database
        self._folder = spool_folder
        self._spool = own_spool(spool_folder, spool_limit)
        self._adopted: list[Spool] = []
        self._queue: queue.Queue[Ticket | None] = queue.Queue(QUEUE)  # None wakes the thread to stop
        self._stopping = threading.Event()
        self._told = 0
        self._counting = threading.Lock()
        self._retry, self._next_try, self._next_adoption = FIRST_RETRY, 0.0, 0.0
        self._thread = threading.Thread(target=self._run, name="question-log", daemon=True)

    @property
    def queued(self) -> int:
        return self._queue.unfinished_tasks

    @property
    def spooled(self) -> int:
        return self._spool.pending + sum(spool.pending for spool in self._adopted)

    def start(self) -> None:
        """Reach for the database once, so that a caller who reads next finds it, and begin to write."""
        self._guarded(self._reach)
        self._thread.start()

    def put(self, entry: Entry) -> Ticket:
        """Hand an entry over and return at once; a full queue counts it as lost."""
        ticket = Ticket(entry)
        try:
            if self._stopping.is_set():
                raise queue.Full
            self._queue.put_nowait(ticket)
        except queue.Full:
            self._lose(1, "QueueFull")
            ticket.finish(False)
        return ticket

    def missed(self, error: StoreUnavailable) -> None:
        """A reader found the database away. From now on readers are told so at once, until it is reached again."""
        self._away(error)

    def stop(self, patience: float) -> None:
        """Write or spool what is queued; what a hanging database has not taken by then is lost with the process."""
        self._stopping.set()
        with suppress(queue.Full):
            self._queue.put_nowait(None)
        if self._thread.ident:
            self._thread.join(patience)
        if self._thread.is_alive():
            log.error("question_log_stopped_in_the_middle", queued=self.queued)

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._queue.empty()):
            self._guarded(self._turn)
        self._guarded(self._heal)
        self._tell_losses()
        for spool in (*self._adopted, self._spool):
            spool.close()

    def _turn(self) -> None:
        batch = self._next_batch()
        try:
            if any(batch):
                self._keep([ticket for ticket in batch if ticket])
        finally:
            for ticket in batch:
                if ticket and not ticket.done.is_set():
                    self._lose(1, "Fault")
                    ticket.finish(False)
                self._queue.task_done()
        self._heal()
        self._tell_losses()

    def _guarded(self, work: Callable[[], object]) -> None:
        """A fault of ours must not end the thread."""
        try:
            work()
        except Exception:
            log.exception("question_log_fault")
            time.sleep(PAUSE)

    def _next_batch(self) -> list[Ticket | None]:
        batch: list[Ticket | None] = []
        with suppress(queue.Empty):
            batch.append(self._queue.get(timeout=PAUSE))
            while len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
        return batch

    def _keep(self, batch: Sequence[Ticket]) -> None:
        """Straight into the database, unless older entries still wait in the spool."""
        if self.reachable and not self._spool.pending and self._write([ticket.entry for ticket in batch]):
            for ticket in batch:
                ticket.finish(True)
            return
        self._keep_in_spool(batch)

    def _keep_in_spool(self, batch: Sequence[Ticket]) -> None:
        """What a later entry of the batch, or an entry now spooled, is to forget does not come to lie on the disk."""
        forgotten = [ticket.entry for ticket in batch if isinstance(ticket.entry, Forgotten)]
        for entry in forgotten:
            self._forget_in_spools(entry)
        wanted = [ticket for ticket in batch if not any(is_undone(ticket.entry, entry) for entry in forgotten)]
        kept = self._spool.append([to_line(ticket.entry) for ticket in wanted])
        if kept < len(wanted):
            self._lose(len(wanted) - kept, "SpoolFull")
        lost = {id(ticket) for ticket in wanted[kept:]}
        for ticket in batch:
            ticket.finish(id(ticket) not in lost)

    def _forget_in_spools(self, entry: Forgotten) -> None:
        for spool in (self._spool, *self._adopted):
            try:
                spool.remove(lambda line: entry.conversation_id in line and is_undone(from_line(line), entry))
            except (OSError, KeyError, TypeError, ValueError) as error:
                log.error("question_log_spool_not_rewritten", spool=spool.path.name, reason=type(error).__name__)

    def _write(self, entries: Sequence[Entry]) -> bool:
        """False when the database is away. What does not fit its tables is counted as lost."""
        try:
            write_entries(self._database, entries)
            self.written += len(entries)
        except StoreUnavailable as error:
            self._away(error)
            return False
        except Exception as error:
            if len(entries) > 1:
                return all(self._write([entry]) for entry in entries)
            self._lose(1, type(error).__name__)
        return True

    def _heal(self) -> None:
        """Reach a lost database again, and write what was spooled, by us and by dead processes."""
        if not self._reach():
            return
        if self._next_adoption <= time.monotonic():
            self._next_adoption = time.monotonic() + ADOPTION
            self._adopted += adopted(self._folder, self._spool.path)
        while self._adopted and self._drain(self._adopted[0]):
            self._adopted.pop(0).close()
        if not self._adopted:
            self._drain(self._spool)

    def _reach(self) -> bool:
        """Whether the database is there, asked anew only now and then."""
        if time.monotonic() < self._next_try:
            return self.reachable
        try:
            self._database.ping()
        except StoreUnavailable as error:
            self._away(error)
            return False
        if not self.reachable:
            log.info("question_log_reached", spooled=self.spooled)
        self.reachable, self._retry = True, FIRST_RETRY
        self._next_try = time.monotonic() + LAST_RETRY
        return True

    def _drain(self, spool: Spool) -> bool:
        """Whether the spool is empty now. Cut off in between, it starts again: entries written twice are there once."""
        while lines := spool.peek(BATCH):
            if not self._write(self._entries(lines)):
                return False
            spool.drop(lines)
        return True

    def _entries(self, lines: Sequence[str]) -> list[Entry]:
        entries: list[Entry] = []
        for line in lines:
            try:
                entries.append(from_line(line))
            except (KeyError, TypeError, ValueError) as error:
                self._lose(1, f"damaged line: {type(error).__name__}")
        return entries

    def _away(self, error: StoreUnavailable) -> None:
        cause = error.__cause__
        self.last_error = type(getattr(cause, "orig", None) or cause or error).__name__
        if self.reachable or not self._next_try:
            log.error("question_log_away", reason=str(error))
        self.reachable = False
        self._next_try = time.monotonic() + self._retry
        self._retry = min(self._retry * 2, LAST_RETRY)

    def _lose(self, count: int, why: str) -> None:
        with self._counting:
            self.lost += count
            self.last_error = why

    def _tell_losses(self) -> None:
        if self.lost > self._told:
            log.error("question_log_lost", lost=self.lost - self._told, in_all=self.lost, reason=self.last_error)
            self._told = self.lost
