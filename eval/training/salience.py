"""Teaches app/salience.py: the words that lead to the section which answers get weight, the others lose it.

The table stays as it is. Each question is compared with all sections and all other known questions; what leads to the
right section is made to count more.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import normalize

from app.domain import LANGUAGES
from app.knowledge import load_facts, read_asked, read_topic_file
from app.salience import FILE, NORM, STRENGTH, places_of
from app.table import BUNDLED, TableEmbedder, bundled_table
from eval.cases import Case

UNITS, EPOCHS, BATCH, RATE, DROPOUT = 64, 2, 256, 2e-3, 0.1
LONGEST = 120  # pieces of a question that are looked at
BLIND = 4.0  # weight of a question that was written without knowing the texts
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, the numbers of the sections that answer it, and its own place among the known ones (-1: none)."""

    text: str
    sections: frozenset[int]
    place: int
    weight: float


@dataclass(frozen=True, slots=True)
class Sections:
    """Vectors of the sections' texts (sections, languages, dimensions); of known questions, with their sections."""

    texts: Tensor
    asked: Tensor
    asked_of: Tensor

    def scores(self, vectors: Tensor, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Best cosine of each section's texts and of its known questions, but for the question itself."""
        count = len(self.texts)
        texts = (vectors @ self.texts.flatten(0, 1).T).view(len(vectors), count, -1).amax(2)
        asked = vectors @ self.asked.T
        rows = [row for row, place in enumerate(places) if place >= 0]
        asked[rows, [place for place in places if place >= 0]] = -1.0
        nothing = torch.full((len(vectors), count), -1.0)
        return texts, nothing.scatter_reduce(1, self.asked_of.expand(len(vectors), -1), asked, "amax")


class _Network(nn.Module):
    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.own = nn.Linear(dimensions, UNITS, bias=False)
        self.all = nn.Linear(dimensions, UNITS, bias=False)
        self.place = nn.Linear(5, UNITS)
        self.out = nn.Linear(UNITS, 1)
        self.drop = nn.Dropout(DROPOUT)
        self.sharpness = nn.Parameter(torch.tensor([12.0, 12.0]))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, rows: Tensor, there: Tensor, places: Tensor) -> Tensor:
        """Rows (texts, pieces, dimensions) to unit vectors (texts, dimensions)."""
        lengths = rows.norm(dim=2, keepdim=True)
        mean = normalize((rows * there[..., None]).sum(1), dim=1)
        hidden = STRENGTH * self.own(rows / (lengths + 1e-6)) + STRENGTH * self.all(mean)[:, None]
        hidden = torch.relu(hidden + self.place(torch.cat([places, lengths / NORM], 2)))
        weights = torch.exp(self.out(self.drop(hidden)))
        return normalize((weights * rows * there[..., None]).sum(1), dim=1)


def train_salience(knowledge: Path, cases: Sequence[Case], left_out: frozenset[str], out: Path = BUNDLED) -> float:
    """Learn the network and write it beside the table; return the last loss."""
    torch.manual_seed(_SEED)
    embedder = bundled_table()
    sections, lessons = _lessons(knowledge, cases, left_out, embedder)
    network = _Network(embedder.dimensions)
    loss = _teach(network, sections, lessons, embedder)
    layers = {
        "own": network.own.weight.T, "all": network.all.weight.T, "place": network.place.weight.T,
        "bias": network.place.bias, "out": network.out.weight[0], "out_bias": network.out.bias,
    }  # fmt: skip
    arrays: dict[str, Any] = {name: layer.detach().numpy().astype(np.float16) for name, layer in layers.items()}
    np.savez(out / FILE, **arrays)
    return loss


def _lessons(
    knowledge: Path, cases: Sequence[Case], left_out: frozenset[str], embedder: TableEmbedder
) -> tuple[Sections, list[Lesson]]:
    facts = load_facts(knowledge)
    numbers: dict[str, int] = {}
    texts: list[str] = []
    asked: list[tuple[str, str]] = []  # section, question
    for folder in sorted(path for path in knowledge.iterdir() if (path / "fi.md").is_file()):
        pages = [read_topic_file(folder / f"{language}.md", facts) for language in LANGUAGES]
        for versions in zip(*(page.sections for page in pages), strict=True):
            section = f"{folder.name}#{versions[0].anchor}"
            numbers[section] = len(numbers)
            texts += [f"{p.front.title}. {v.heading}. {v.text}" for p, v in zip(pages, versions, strict=True)]
            asked += [(section, version.heading) for version in versions]
        asked += [(f"{folder.name}#{q.anchor}", q.text) for q in read_asked(folder / "asked.toml") if q.anchor]
    vectors = torch.from_numpy(embedder.encode_documents(texts)).view(len(numbers), len(LANGUAGES), -1)
    known = torch.from_numpy(embedder.encode_documents([text for _, text in asked]))
    lessons = [
        Lesson(text, frozenset({numbers[section]}), place, 1.0)
        for place, (section, text) in enumerate(asked)
        if section.split("#")[0] not in left_out
    ]
    for case in (case for case in cases if case.topic not in left_out):
        if gold := frozenset(numbers[section] for section in case.gold if section in numbers):
            lessons.append(Lesson(case.question, gold, -1, 1.0 if case.style == "training" else BLIND))
    return Sections(vectors, known, torch.tensor([numbers[section] for section, _ in asked])), lessons


def _teach(network: _Network, sections: Sections, lessons: Sequence[Lesson], embedder: TableEmbedder) -> float:
    steps = EPOCHS * (len(lessons) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1, pct_start=0.1)
    chance = random.Random(_SEED)
    drawn = chance.choices(lessons, weights=[lesson.weight for lesson in lessons], k=steps * BATCH)
    loss = torch.zeros(())
    for start in range(0, len(drawn), BATCH):
        batch = drawn[start : start + BATCH]
        texts, asked = sections.scores(network(*_batch(batch, embedder)), [lesson.place for lesson in batch])
        loss = _loss(network.sharpness[0] * texts + network.sharpness[1] * asked, batch)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
    return float(loss.detach())


def _batch(batch: Sequence[Lesson], embedder: TableEmbedder) -> tuple[Tensor, Tensor, Tensor]:
    found = [embedder.pieces(lesson.text) for lesson in batch]
    most = min(LONGEST, max(len(pieces) for _, pieces in found))
    rows = np.zeros((len(batch), most, embedder.dimensions), dtype=np.float32)
    there: NDArray[np.float32] = np.zeros((len(batch), most), dtype=np.float32)
    places = np.zeros((len(batch), most, 4), dtype=np.float32)
    for number, (own, pieces) in enumerate(found):
        count = min(most, len(pieces))
        rows[number, :count], there[number, :count] = own[:count], 1.0
        places[number, :count] = places_of(pieces)[:count]
    return torch.from_numpy(rows), torch.from_numpy(there), torch.from_numpy(places)


def _loss(scores: Tensor, batch: Sequence[Lesson]) -> Tensor:
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, lesson in enumerate(batch):
        right[row, list(lesson.sections)] = True
    return (torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e9), 1)).mean()
