"""Teaches app/phrase_model.py with torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from app.phrase_model import LONGEST, NORM, RUNS, PhraseModel
from app.table import TableEmbedder

UNITS, PHRASES, EPOCHS, BATCH, RATE, DECAY = 96, 96, 5, 64, 2e-3, 1e-2
DROPPED, DROPPED_UNITS = 0.4, 0.2
SMOOTHING = 0.02  # of the classes: the made messages are not all of one class
ALIKE = 20  # batches that are sorted by length together
_SEED = 20261129

FloatArray = NDArray[np.float32]
Pieces = Sequence[FloatArray]


class _Network(nn.Module):
    def __init__(self, dimensions: int, classes: int) -> None:
        super().__init__()
        self.narrow = nn.Linear(dimensions, UNITS)
        self.runs = nn.ModuleList(nn.Conv1d(UNITS, PHRASES, run, padding=run) for run in RUNS)
        self.out = nn.Linear(PHRASES * len(RUNS) + UNITS, classes)
        self.drop_units, self.drop = nn.Dropout(DROPPED_UNITS), nn.Dropout(DROPPED)

    def forward(self, rows: Tensor, there: Tensor) -> Tensor:
        """Rows (texts, pieces, dimensions), and which pieces are there (texts, pieces), to logits (texts, classes)."""
        narrow = torch.relu(self.narrow(rows)) * there[..., None]
        dropped = self.drop_units(narrow)
        found = [torch.relu(run(dropped.transpose(1, 2))).amax(2) for run in self.runs]
        mean = dropped.sum(1) / there.sum(1, keepdim=True).clamp(min=1)
        logits: Tensor = self.out(self.drop(torch.cat([*found, mean], 1)))
        return logits


def rows_of(texts: Sequence[str], embedder: TableEmbedder) -> list[FloatArray]:
    """The first rows of each text, float16 to fit: 44,000 messages are 0.8 GB."""
    return [embedder.pieces(text)[0][:LONGEST].astype(np.float16) for text in texts]


def fit_phrases(pieces: Pieces, kinds: NDArray[np.str_]) -> PhraseModel:
    """Learn a model of the classes among `kinds`."""
    torch.manual_seed(_SEED)
    chance = np.random.default_rng(_SEED)
    classes = np.unique(kinds)
    wanted = torch.from_numpy(np.searchsorted(classes, kinds))
    network = _Network(pieces[0].shape[1], len(classes))
    steps = EPOCHS * sum(1 for _ in _batches(pieces, np.random.default_rng(_SEED)))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
    for _ in range(EPOCHS):
        for places in _batches(pieces, chance):
            logits = network(*_padded([pieces[place] for place in places]))
            loss = cross_entropy(logits, wanted[places], label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return PhraseModel(tuple(classes.tolist()), _layers(network))


def _batches(pieces: Pieces, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Texts of like length together, in random order."""
    order = chance.permutation(len(pieces))
    found: list[NDArray[np.int64]] = []
    for start in range(0, len(order), BATCH * ALIKE):
        part = sorted(order[start : start + BATCH * ALIKE], key=lambda place: len(pieces[place]))
        found += [np.array(part[at : at + BATCH]) for at in range(0, len(part), BATCH)]
    yield from (found[place] for place in chance.permutation(len(found)))


def _padded(texts: Pieces) -> tuple[Tensor, Tensor]:
    most = max(1, *(len(rows) for rows in texts))
    rows = np.zeros((len(texts), most, texts[0].shape[1]), dtype=np.float32)
    there = np.zeros((len(texts), most), dtype=np.float32)
    for number, own in enumerate(texts):
        rows[number, : len(own)], there[number, : len(own)] = own, 1.0
    return torch.from_numpy(rows / NORM), torch.from_numpy(there)


def _layers(network: _Network) -> dict[str, FloatArray]:
    told = {name: tensor.detach() for name, tensor in network.state_dict().items()}
    layers = {"narrow": told["narrow.weight"].T, "narrow_bias": told["narrow.bias"]}
    for place, run in enumerate(RUNS):
        weight = told[f"runs.{place}.weight"]  # (phrases, units, run)
        layers[f"run_{run}"] = weight.permute(2, 1, 0).reshape(run * UNITS, PHRASES)
        layers[f"run_{run}_bias"] = told[f"runs.{place}.bias"]
    layers |= {"out": told["out.weight"].T, "out_bias": told["out.bias"]}
    return {name: layer.numpy().astype(np.float32) for name, layer in layers.items()}
