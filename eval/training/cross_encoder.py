"""Makes `app/weights/cross_encoder/` again: `python -m eval train cross-encoder`. An hour on two cores with AMX.

With `--further` the shipped one is taught 700 steps more; topics that it has not learned of weigh more.

The lower layers of the bundled transformer go on as a network that reads a question and a section in one. It learns to
tell the section that answers from four that come near, and that none of them answers what nobody answers.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from app.cross_encoder import FOLDER, Pair, pair
from app.domain import LANGUAGES
from app.table import MODEL_FILE, FloatArray, described, digest_of_files
from app.taught_network import HEAD_FILE
from app.transformer import TRANSFORMER, TransformerEmbedder
from app.word_pieces import GRAPH_FILE, PASSAGE, QUESTION
from eval.training.as_told import sometimes_told
from eval.training.as_typed import sometimes_typed
from eval.training.graph import read_tensors, write_graph
from eval.training.joint import Joint
from eval.training.lessons import Lessons
from eval.training.start import Sizes

NAME = "espoo-cross-encoder-1"
_SEED = 20261130
WATCHED = 24  # batches, before the weights are rounded
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """A step: `gathered` times `lists` questions, each with `near` sections of the nearest and one further back.
    `own` is the share of questions that stand beside sections in their own language, `typed` of those that are read as
    people type them on a phone, `told` of those with something told beside them.
    """

    layers: int = 8
    steps: int = 2400
    lists: int = 4
    gathered: int = 3
    near: int = 2
    nearest: int = 6
    looked_at: int = 20
    own: float = 0.75
    typed: float = 0.5
    told: float = 0.3
    rate: float = 1.2e-4
    head_rate: float = 5e-4


FURTHER = Settings(steps=700, rate=5e-5, head_rate=1e-4)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question (its number, and its pieces) beside sections, by their numbers; the first answers it, or none does."""

    question: int
    asked: tuple[int, ...]
    language: int
    sections: tuple[int, ...]
    answered: bool


class Lists:
    """Draws questions by weight, with sections that come near them."""

    def __init__(self, lessons: Lessons, reader: TransformerEmbedder, settings: Settings) -> None:
        self._asked, self._settings, self._chance = lessons.asked, settings, random.Random(_SEED)
        self._weights = [lesson.weight for lesson in lessons.asked]
        asked = [lesson.text for lesson in lessons.asked]
        self._asking, self._telling = reader.encode_queries(asked), reader.encode_documents(lessons.texts)
        self._pieces = reader.pieces
        self._seen = np.array([number for number in range(lessons.count) if number not in lessons.left_out])
        self.topics = lessons.topics
        self._passages = reader.pieces.numbers(PASSAGE, lessons.texts)

    def batches(self) -> Iterator[list[Drawn]]:
        """Without end; questions with pairs of like length together."""
        while True:
            pool = [self._draw() for _ in range(24 * self._settings.lists)]
            pool.sort(key=lambda drawn: max(len(both) for both, _ in self.pairs(drawn)))
            parts = [pool[at : at + self._settings.lists] for at in range(0, len(pool), self._settings.lists)]
            yield from self._chance.sample(parts, len(parts))

    def pairs(self, drawn: Drawn) -> list[Pair]:
        places = (section * len(LANGUAGES) + drawn.language for section in drawn.sections)
        return [pair(drawn.asked, self._passages[place]) for place in places]

    def _draw(self) -> Drawn:
        settings, chance = self._settings, self._chance
        number = chance.choices(range(len(self._asked)), self._weights)[0]
        lesson, own = self._asked[number], chance.random() < settings.own
        language = LANGUAGES.index(lesson.language) if own else chance.randrange(len(LANGUAGES))
        alike = self._telling[language :: len(LANGUAGES)][self._seen] @ self._asking[number]
        order = [int(n) for n in self._seen[np.argsort(-alike)[: settings.looked_at]] if n not in lesson.sections]
        gold = [chance.choice(sorted(lesson.sections))] if lesson.sections else []
        near = chance.sample(order[: settings.nearest], settings.near + (not gold))
        told = sometimes_told(lesson.text, lesson.language, settings.told, chance)
        (asked,) = self._pieces.numbers(QUESTION, [sometimes_typed(told, settings.typed, chance)])
        return Drawn(
            number, tuple(asked), language, (*gold, *near, chance.choice(order[settings.nearest :])), bool(gold)
        )


def taught_before() -> frozenset[str]:
    """The topics of which the shipped one has learned."""
    return frozenset(described(FOLDER, (GRAPH_FILE, HEAD_FILE))["taught"])


def train_cross_encoder(
    lessons: Lessons,
    reader: TransformerEmbedder,
    out: Path = FOLDER,
    settings: Settings | None = None,
    *,
    further: bool = False,
) -> dict[str, float]:
    """Learn from questions and the sections that answer them, and write the network.

    Args:
        lessons: those that nothing answers among them.
        reader: the bundled transformer.
        further: begin with the shipped cross-encoder.
    """
    settings = settings or (FURTHER if further else Settings())
    torch.manual_seed(_SEED)
    begun = read_tensors((FOLDER if further else TRANSFORMER) / GRAPH_FILE)
    network = Joint(begun, settings.layers)
    if further:
        with np.load(FOLDER / HEAD_FILE) as arrays:
            network.take_head({name: arrays[name] for name in arrays.files})
    lists = Lists(lessons, reader, settings)
    loss = _teach(network, lists, reader, settings)
    _write(out, network, begun, lists, reader, settings)
    return {"loss": loss, "questions": float(len(lessons.asked)), "lists": float(settings.steps * settings.gathered)}


def _teach(network: Joint, lists: Lists, reader: TransformerEmbedder, settings: Settings) -> float:
    rates = [settings.rate, settings.head_rate]
    optimizer = torch.optim.AdamW(
        [
            {"params": network.layers.parameters(), "lr": settings.rate},
            {"params": network.head(), "lr": settings.head_rate},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=settings.steps + 1, pct_start=0.05)
    batches, loss = lists.batches(), torch.zeros(())
    network.train()
    for step in range(1, settings.steps + 1):
        optimizer.zero_grad()
        for _ in range(settings.gathered):
            loss = _loss(network, next(batches), lists, reader)
            torch.autograd.backward(loss / settings.gathered)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            _log.info("step %d of %d: loss %.3f", step, settings.steps, float(loss.detach()))
    return float(loss.detach())


def _loss(network: Joint, batch: Sequence[Drawn], lists: Lists, reader: TransformerEmbedder) -> Tensor:
    """How unlikely it is that the section that answers comes first; that none does has a score of 0."""
    scores = network(*_pairs(batch, lists, reader)).view(len(batch), -1)
    right = torch.tensor([1 if drawn.answered else 0 for drawn in batch])
    return nn.functional.cross_entropy(torch.cat([torch.zeros(len(batch), 1), scores], dim=1), right)


def _pairs(batch: Sequence[Drawn], lists: Lists, reader: TransformerEmbedder) -> tuple[Tensor, Tensor, Tensor]:
    """As the network takes them."""
    pairs = [both for drawn in batch for both in lists.pairs(drawn)]
    rows, lengths = reader.pieces.rows([both for both, _ in pairs])
    return torch.from_numpy(rows), torch.from_numpy(lengths), torch.tensor([own for _, own in pairs])


def _write(
    out: Path,
    network: Joint,
    begun: dict[str, FloatArray],
    lists: Lists,
    reader: TransformerEmbedder,
    settings: Settings,
) -> None:
    """The graph, the head and what is told of them."""
    out.mkdir(parents=True, exist_ok=True)
    layers = network.tensors()
    hidden, inner = len(begun["embeddings.LayerNorm.weight"]), len(layers["encoder.layer.0.intermediate.dense.bias"])
    sizes = Sizes(hidden, settings.layers, network.heads, inner, 0)
    network.train(False)
    reached = network.reached(_pairs(batch, lists, reader) for batch in islice(lists.batches(), WATCHED))
    write_graph(out / GRAPH_FILE, begun | layers, sizes, reached)
    arrays: dict[str, Any] = {**network.head_arrays()}
    np.savez(out / HEAD_FILE, **arrays)
    told = {
        "name": NAME,
        "digest": digest_of_files([out / GRAPH_FILE, out / HEAD_FILE]),
        "pieces": reader.pieces.digest,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "taught": list(lists.topics),
        "settings": asdict(settings),
    }
    (out / MODEL_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
