"""Teaches the network of app/message_network.py; `python -m eval train intents` calls it.

All tasks at once: each message is looked at for what is known of it.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from app.message_network import Task, pieces_of
from app.table import MODEL_FILE, FloatArray, digest_of_files
from app.taught_network import HEAD_FILE
from app.transformer import TRANSFORMER
from app.word_pieces import GRAPH_FILE, WordPieces
from eval.training.graph import read_tensors, write_graph
from eval.training.joint import DROPPED, Lower
from eval.training.messages import Message
from eval.training.start import Sizes

NAME = "espoo-messages-1"
_SEED = 20261202
SMOOTHED = 0.02  # of each label
TOLD = 50  # steps
WATCHED = 24  # batches, before the weights are rounded
_log = logging.getLogger(__name__)

Lessons = Mapping[Task, Sequence[Message]]


@dataclass(frozen=True, slots=True)
class Settings:
    """`pieces` are those of a batch. In each epoch turns are read `turns` times (they are few, and in 2.5 epochs hardly
    any was learned), and of messages that teach nothing but that they are no call for help the share `calm`.
    """

    layers: int = 6
    epochs: float = 2.5
    pieces: int = 2048
    calm: float = 0.5
    turns: int = 3
    rate: float = 1e-4
    head_rate: float = 1e-3


class Hearing(Lower):
    """The lower layers of a transformer over a message, and at the end a linear map for each task."""

    def __init__(self, tensors: Mapping[str, FloatArray], layers: int, classes: Mapping[Task, Sequence[str]]) -> None:
        super().__init__(tensors, layers)
        self.dense, self.drop = nn.Linear(self.hidden, self.hidden), nn.Dropout(DROPPED)
        self.heads_of = nn.ModuleDict({task: nn.Linear(self.hidden, len(names)) for task, names in classes.items()})

    def forward(self, rows: Tensor, lengths: Tensor) -> dict[str, Tensor]:
        """Rows (texts, pieces, hidden) and how many pieces are there: for each task (texts, classes)."""
        seen = self.drop(torch.tanh(self.dense(self.mean(rows, lengths))))
        return {task: head(seen) for task, head in self.heads_of.items()}

    def head_arrays(self) -> dict[str, FloatArray]:
        """As app/message_network.py reads them."""
        found: dict[str, Tensor] = {}
        for name, part in {"dense": self.dense, **self.heads_of}.items():
            assert isinstance(part, nn.Linear)
            found |= {name: part.weight, f"{name}_bias": part.bias}
        return {name: tensor.detach().numpy().astype(np.float32) for name, tensor in found.items()}


class Texts:
    """All different messages as word pieces, and what is known of each: by task its class, or -1."""

    def __init__(self, lessons: Lessons, pieces: WordPieces) -> None:
        both = dict.fromkeys((message.text, message.before) for messages in lessons.values() for message in messages)
        self.places = {text: place for place, text in enumerate(both)}
        self.pieces_digest = pieces.digest
        self._pieces, self._ids = pieces, [pieces_of(pieces, *text) for text in both]
        self.lengths = np.array([len(ids) for ids in self._ids])
        self.classes: dict[Task, tuple[str, ...]] = {
            task: tuple(sorted({message.kind for message in messages})) for task, messages in lessons.items()
        }
        self.labels = {task: torch.full((len(both),), -1) for task in lessons}
        for task, messages in lessons.items():
            for message in messages:
                self.labels[task][self.place(message)] = self.classes[task].index(message.kind)

    def place(self, message: Message) -> int:
        return self.places[message.text, message.before]

    def rows(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        rows, lengths = self._pieces.rows([self._ids[place] for place in places])
        return torch.from_numpy(rows), torch.from_numpy(lengths)

    def batches(self, places: Sequence[int], most: int) -> Iterator[list[int]]:
        """Messages of like length, together no more than `most` pieces long."""
        batch: list[int] = []
        for place in sorted(places, key=lambda place: int(self.lengths[place])):
            if batch and (len(batch) + 1) * self.lengths[place] > most:
                yield batch
                batch = []
            batch.append(place)
        yield batch


def teach(
    lessons: Lessons, texts: Texts, settings: Settings, without: frozenset[str] = frozenset(), calm: str = ""
) -> Hearing:
    """A network that has learned what is known of all messages, but for those of the groups `without`. Messages of
    which is known only that their danger is of the class `calm` are drawn anew in each epoch.
    """
    torch.manual_seed(_SEED)
    network = Hearing(read_tensors(TRANSFORMER / GRAPH_FILE), settings.layers, texts.classes)
    left = {texts.place(one) for messages in lessons.values() for one in messages if one.group in without}
    batches = _drawn(texts, sorted({*texts.places.values()} - left), settings, calm)
    rates = [settings.rate, settings.head_rate]
    ends = [*network.dense.parameters(), *network.heads_of.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": network.layers.parameters(), "lr": rates[0]}, {"params": ends, "lr": rates[1]}], weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=len(batches) + 1, pct_start=0.1)
    network.train()
    lately = 0.0
    for step, batch in enumerate(batches, 1):
        loss = _loss(network, texts, batch)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        lately += float(loss.detach())
        if step % TOLD == 0:
            _log.info("step %d of %d: loss %.3f", step, len(batches), lately / TOLD)
            lately = 0.0
    return network.train(False)


def _drawn(texts: Texts, places: Sequence[int], settings: Settings, calm: str) -> list[list[int]]:
    """The batches of all epochs, the last of which may be a part."""
    chance, always, rare = random.Random(_SEED), *_parted(texts, places, calm)
    if "turn" in texts.labels:
        always += [place for place in always if texts.labels["turn"][place] >= 0] * (settings.turns - 1)
    batches: list[list[int]] = []
    for _ in range(int(np.ceil(settings.epochs))):
        read = [*always, *chance.sample(rare, int(len(rare) * settings.calm))]
        batches += _shuffled(list(texts.batches(read, settings.pieces)), chance)
    return batches[: int(len(batches) * settings.epochs / np.ceil(settings.epochs))]


def _parted(texts: Texts, places: Sequence[int], calm: str) -> tuple[list[int], list[int]]:
    """Those that are always read, and those of which nothing else is known than that they are calm."""
    known = sum((texts.labels[task] >= 0).long() for task in texts.labels)
    is_calm = torch.zeros(len(texts.places), dtype=torch.bool)
    if calm:
        is_calm = (texts.labels["danger"] == texts.classes["danger"].index(calm)) & (known == 1)
    return [place for place in places if not is_calm[place]], [place for place in places if is_calm[place]]


def _shuffled(batches: list[list[int]], chance: random.Random) -> list[list[int]]:
    return chance.sample(batches, len(batches))


def _loss(network: Hearing, texts: Texts, batch: Sequence[int]) -> Tensor:
    """How unlikely what is known of each message is, summed over the tasks."""
    found, total = network(*texts.rows(batch)), torch.zeros(())
    for task, labels in texts.labels.items():
        if (labels[batch] >= 0).any():
            total = total + nn.functional.cross_entropy(
                found[task], labels[batch], ignore_index=-1, reduction="sum", label_smoothing=SMOOTHED
            )
    return total / len(batch)


@torch.no_grad()
def logs_of(network: Hearing, texts: Texts, task: Task, messages: Sequence[Message]) -> FloatArray:
    """The logarithm of each class's share, (messages, classes)."""
    places = sorted({texts.place(message) for message in messages})
    found = np.zeros((len(texts.places), len(texts.classes[task])), dtype=np.float32)
    for batch in texts.batches(places, 8192):
        found[batch] = torch.log_softmax(network(*texts.rows(batch))[task], dim=1).numpy()
    return found[[texts.place(message) for message in messages]]


def write_network(out: Path, network: Hearing, texts: Texts, settings: Settings) -> None:
    """The graph, the head and what is told of them."""
    out.mkdir(parents=True, exist_ok=True)
    layers, begun = network.tensors(), read_tensors(TRANSFORMER / GRAPH_FILE)
    inner = len(layers["encoder.layer.0.intermediate.dense.bias"])
    sizes = Sizes(network.hidden, settings.layers, network.heads, inner, 0)
    some = _shuffled(list(texts.batches([*texts.places.values()], settings.pieces)), random.Random(_SEED))[:WATCHED]
    write_graph(out / GRAPH_FILE, begun | layers, sizes, network.reached(texts.rows(batch) for batch in some))
    arrays: dict[str, Any] = {**network.head_arrays()}
    np.savez(out / HEAD_FILE, **arrays)
    told = {
        "name": NAME,
        "digest": digest_of_files([out / GRAPH_FILE, out / HEAD_FILE]),
        "pieces": texts.pieces_digest,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "classes": texts.classes,
        "settings": asdict(settings),
    }
    (out / MODEL_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
