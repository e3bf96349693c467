"""Reads a question and the section that was found for it side by side, and says how well the one answers the other.

The transformer reads each for itself and has to guess what will be asked; this one sees both, and so tells a section on
the right matter from one that says what was asked. It is slower, so it reads the best section alone, and only where the
scorer is not sure. Made by `python -m eval train cross-encoder`. Needs no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from app.domain import Retrieved
from app.scorer import Reading
from app.table import FloatArray
from app.taught_network import open_network
from app.transformer import bundled_transformer
from app.word_pieces import PASSAGE, QUESTION, WordPieces

FOLDER = Path(__file__).resolve().parent / "weights" / "cross_encoder"
QUESTION_PIECES, ALL_PIECES = 64, 256  # at most, as it was taught
# Estimates between which it reads. Of 799 questions on left-out topics .098 were answered wrongly and .261 refused with
# .12 to .95, .091 and .248 with these bounds as with none.
UNSURE = (0.05, 0.985)

Pair = tuple[list[int], int]  # the pieces of both, and how many of them are the question's


class CrossEncoder:
    """Threads may share it."""

    def __init__(self, folder: Path, pieces: WordPieces) -> None:
        """It takes the transformer's word pieces.

        Raises:
            ConfigurationError: a file is missing, damaged, or was taught with other word pieces.
        """
        self._pieces, self._network = pieces, open_network(folder, pieces)
        self.digest = str(self._network.told["digest"])

    def score(self, question: str, passage: str) -> float:
        """About -6 (it does not answer) to 8 (it does)."""
        (asked,), (told,) = self._pieces.numbers(QUESTION, [question]), self._pieces.numbers(PASSAGE, [passage])
        both, own = pair(asked, told)
        embedded, lengths = self._pieces.rows([both])
        head = self._network.head
        embedded[0, :own] += head["parts"][0]
        embedded[0, own:] += head["parts"][1]
        seen: FloatArray = np.tanh(head["dense"] @ self._network.mean(embedded, lengths) + head["dense_bias"])
        return float(head["out"] @ seen + head["bias"])

    def read(self, question: str, found: Retrieved, reading: Reading | None) -> Retrieved:
        """What was found, with the probability after the best section was read; as it was where that is not needed."""
        own = reading is not None and reading.cross_encoder == self.digest
        if not (reading and own and found.evidence and is_unsure(found.probability)):
            return found
        score = self.score(question, found.evidence[0].passage.embedded_text)
        probability = reading.probability(found.probability, score)
        share = probability / found.probability
        evidence = tuple(replace(each, probability=each.probability * share) for each in found.evidence)
        return replace(found, evidence=evidence, probability=probability)


def is_unsure(estimate: float) -> bool:
    """Whether the section is read, given the scorer's estimate."""
    return UNSURE[0] < estimate < UNSURE[1]


def pair(question: Sequence[int], passage: Sequence[int]) -> Pair:
    """The pieces of both in a row; of a passage that is too long the end is left out."""
    asked, told = list(question[:QUESTION_PIECES]), list(passage[1:])
    room = ALL_PIECES - len(asked)
    return [*asked, *(told if len(told) <= room else [*told[: room - 1], told[-1]])], len(asked)


@cache
def load_cross_encoder(folder: Path = FOLDER) -> CrossEncoder:
    """The one of the project.

    Raises:
        ConfigurationError: it is missing, damaged, or was taught with other word pieces.
    """
    return CrossEncoder(folder, bundled_transformer().pieces)
