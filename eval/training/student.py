"""The student: one vector per word piece, a text is their mean. It learns from translations and from the teacher.

Multiple negatives ranking loss between translations, and a cosine and a contrastive distillation beside it; the
weights come from a trial of an hour. A batch of 2,048 pairs takes 0.16 s on one core: only the rows that it holds are
read and written, and the similarities are multiplied in bfloat16.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import embedding_bag, normalize

from eval.training.corpus import Group
from eval.training.vocabulary import Tokens

REPORT_EVERY = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    vocabulary: int = 64_000
    epochs: float = 10.0
    batch: int = 2048
    learning_rate: float = 0.02
    warm_up: float = 0.03
    betas: tuple[float, float] = (0.9, 0.98)
    initial_deviation: float = 0.1
    scale: float = 20.0
    translation_weight: float = 1.0
    cosine_weight: float = 5.0
    teacher_weight: float = 0.5
    sif: float = 3e-4


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the teacher says: `vectors[place[i]]` is its vector of text i; -1 for a text that it has not read."""

    vectors: NDArray[np.float16]
    place: NDArray[np.int64]  # (texts,)


def train_student(
    tokens: Tokens, groups: Sequence[Group], lessons: Lessons, settings: Settings, steps: int, seed: int
) -> NDArray[np.float32]:
    """Learn the table, (pieces, dimensions); it has the teacher's dimensions."""
    torch.manual_seed(seed)
    table = torch.randn(settings.vocabulary, lessons.vectors.shape[1]) * settings.initial_deviation
    adam = _RowAdam(table, settings.betas)
    started, losses = time.monotonic(), []
    for step, (group, pairs) in enumerate(_batches(groups, settings.batch, steps, seed)):
        used, runs, offsets = _pieces(tokens, pairs)
        rows = table[used].requires_grad_()
        first, second = normalize(embedding_bag(runs, rows, offsets, mode="mean")).chunk(2)
        loss = _loss(first, second, _said(lessons, group, pairs), _equal(pairs), settings)
        torch.autograd.backward(loss)
        adam.step(used, rows, settings.learning_rate * _rate(step, steps, settings.warm_up))
        losses.append(float(loss.detach()))
        if len(losses) % REPORT_EVERY == 0:
            mean, seconds = np.mean(losses[-REPORT_EVERY:]), time.monotonic() - started
            _log.info("step %d of %d, loss %.3f, %.0f s", len(losses), steps, mean, seconds)
    return np.asarray(table.numpy(), dtype=np.float32)


def steps_of(groups: Sequence[Group], settings: Settings) -> int:
    """The steps in which as many pairs are seen as the groups hold, times the epochs."""
    return max(1, round(settings.epochs * sum(len(group.pairs) for group in groups) / settings.batch))


class _RowAdam:
    """Adam on the rows that a batch holds. `torch.optim.SparseAdam` does the same in twice the time."""

    def __init__(self, table: Tensor, betas: tuple[float, float]) -> None:
        self._table, self._betas, self._steps = table, betas, 0
        self._mean, self._square = torch.zeros_like(table), torch.zeros_like(table)

    def step(self, used: Tensor, rows: Tensor, rate: float) -> None:
        """Move the rows `used` of the table against the gradient of `rows`, their copy."""
        assert rows.grad is not None
        self._steps += 1
        keep_mean, keep_square = self._betas
        mean = self._mean[used].lerp_(rows.grad, 1 - keep_mean)
        square = self._square[used].mul_(keep_square).addcmul_(rows.grad, rows.grad, value=1 - keep_square)
        self._mean[used], self._square[used] = mean, square
        rate *= (1 - keep_square**self._steps) ** 0.5 / (1 - keep_mean**self._steps)
        self._table[used] = rows.detach().addcdiv_(mean, square.sqrt_().add_(1e-8), value=-rate)


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Up from 0 to 1 over the warm-up, then down to 0 in a straight line."""
    rise = max(1.0, warm_up * steps)
    return min((step + 1) / rise, max(0.0, (steps - step) / max(1.0, steps - rise)))


def _batches(groups: Sequence[Group], batch: int, steps: int, seed: int) -> Iterator[tuple[Group, NDArray[np.int64]]]:
    """One group per batch, drawn by its share; within a group every pair once before any comes again."""
    chance = np.random.default_rng(seed)
    shares = np.array([group.share for group in groups])
    streams = [_shuffled(group.pairs, batch, chance) for group in groups]
    for number in chance.choice(len(groups), size=steps, p=shares / shares.sum()):
        yield groups[number], next(streams[number])


def _shuffled(pairs: NDArray[np.int64], batch: int, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    while True:
        order = chance.permutation(len(pairs))
        for at in range(0, max(1, len(pairs) - batch + 1), batch):
            yield pairs[order[at : at + batch]]


def _pieces(tokens: Tokens, pairs: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor]:
    """The different pieces of a batch, its texts as places among them (all first sides, then all second), offsets."""
    runs, offsets = tokens.bags(pairs[:, :2].T.reshape(-1))
    used, places = torch.unique(torch.from_numpy(runs.astype(np.int64)), return_inverse=True)
    return used, places, torch.from_numpy(offsets)


def _said(lessons: Lessons, group: Group, pairs: NDArray[np.int64]) -> Tensor | None:
    """What the teacher says of the second sides, (batch, dimensions); nothing unless they are English."""
    if group.languages[1] != "en":
        return None
    return torch.from_numpy(lessons.vectors[lessons.place[pairs[:, 1]]]).float()


def _equal(pairs: NDArray[np.int64]) -> Tensor:
    """(batch, batch): where another pair has the same text on either side, or is about the same section where the pairs
    name it in a third column, so that it is no wrong answer.
    """
    same = np.any(pairs[:, None, :] == pairs[None, :, :], axis=2)
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)


def _loss(first: Tensor, second: Tensor, said: Tensor | None, equal: Tensor, settings: Settings) -> Tensor:
    """All are unit vectors, (batch, dimensions)."""
    translation = settings.translation_weight * _contrast(first, second, equal, settings.scale)
    if said is None:
        return translation
    cosine = (2 - (first * said).sum(1) - (second * said).sum(1)).mean()
    teacher = _contrast(first, said, equal, settings.scale)
    return translation + settings.cosine_weight * cosine + settings.teacher_weight * teacher


def _contrast(first: Tensor, second: Tensor, equal: Tensor, scale: float) -> Tensor:
    """Multiple negatives ranking loss, both ways."""
    cosines = (first.bfloat16() @ second.bfloat16().T).float()
    # Cosines are 1 at most, so nothing overflows, and one exponential serves both ways.
    odds = torch.exp(scale * (cosines - 1)).masked_fill(equal, 0.0)
    own = odds.diagonal().log()
    return ((odds.sum(0).log() + odds.sum(1).log()) / 2 - own).mean()
