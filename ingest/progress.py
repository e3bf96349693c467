"""How far a run is: a bar on a terminal, plain lines elsewhere, both on standard error."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Steps(Protocol):
    """Told of each step and of what is done of it."""

    def begin(self, name: str, total: int) -> None: ...

    def advance(self, count: int = 1) -> None: ...


class Silent:
    def begin(self, name: str, total: int) -> None: ...

    def advance(self, count: int = 1) -> None: ...


class Lines:
    """One line when a step begins."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, name: str, total: int) -> None:
        self._console.print(f"{name}: {total}", highlight=False)

    def advance(self, count: int = 1) -> None: ...


class Bars:
    """One bar per step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, name: str, total: int) -> None:
        self._task = self._progress.add_task(name, total=total)

    def advance(self, count: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)


class Shown(AbstractContextManager[Steps]):
    """The steps as fit for where standard error goes."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress: Progress | None = None

    def __enter__(self) -> Steps:
        if not self._console.is_terminal:
            return Lines(self._console)
        columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console)
        self._progress.start()
        return Bars(self._progress)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()
