"""What a language model says, line by line: one sentence a line, ending with the numbers of its passages."""

from __future__ import annotations

import re
from dataclasses import replace

from app.domain import AnswerSentence, PieceKind
from app.errors import ModelFault

NO_ANSWER = "NO_ANSWER"
MOST_SENTENCES = 10
MOST_LETTERS = 450  # of one line
_MARKS = re.compile(r"(?:\s*\[[0-9]{1,2}(?:\s*,\s*[0-9]{1,2})*\])+")
_SENTENCE = re.compile(rf"\s*([^\[\]]+?)({_MARKS.pattern})([.!?]?)")
_ITEM = re.compile(r"[-•–*]\s+")
_STEP = re.compile(r"[0-9]{1,2}[.)]\s+")


class SaidLines:
    """Turns pieces of text into sentences. Anything that is not of the form asked for is a fault."""

    def __init__(self) -> None:
        self._rest = ""
        self._count = 0

    def add(self, text: str) -> list[AnswerSentence]:
        """The sentences that this piece of text completes.

        Raises:
            ModelFault: a line of another form, too long, or too many.
        """
        *lines, self._rest = (self._rest + text).split("\n")
        if len(self._rest) > MOST_LETTERS:
            raise ModelFault("too_long")
        return [sentence for line in lines for sentence in self._line(line)]

    def end(self) -> list[AnswerSentence]:
        """The last line's sentences.

        Raises:
            ModelFault: as `add`; or nothing was said at all.
        """
        last = self._line(self._rest)
        if not self._count:
            raise ModelFault("empty")
        return last

    def _line(self, line: str) -> list[AnswerSentence]:
        line = line.strip()
        if not line:
            return []
        if line.strip(" .[]") == NO_ANSWER:
            raise ModelFault("no_answer")
        if len(line) > MOST_LETTERS:
            raise ModelFault("too_long")
        kind, line = _kind(line)
        found = list(_SENTENCE.finditer(line))
        if not found or "".join(match[0] for match in found) != line:
            raise ModelFault("unreadable")
        self._count += len(found)
        if self._count > MOST_SENTENCES:
            raise ModelFault("too_long")
        return [replace(_sentence(match), kind=kind) for match in found]


def _kind(line: str) -> tuple[PieceKind, str]:
    if match := _ITEM.match(line):
        return "item", line[match.end() :]
    if match := _STEP.match(line):
        return "step", line[match.end() :]
    return "text", line


def _sentence(match: re.Match[str]) -> AnswerSentence:
    text, marks, stop = match.groups()
    numbers = dict.fromkeys(int(number) for number in re.findall(r"\d+", marks))
    return AnswerSentence(text.strip() + ("" if text.rstrip().endswith((".", "!", "?", ":")) else stop), tuple(numbers))
