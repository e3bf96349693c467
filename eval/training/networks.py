"""Fits the two networks of app/scorer.py: the ranking with torch, a mean of small networks that differ in their first
weights; the calibration with scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from app.scorer import FloatArray, Network

BATCH = 256
MIN_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Shape:
    """How a network is made and taught. `decay` is AdamW's, on all weights."""

    networks: int
    units: int
    epochs: int
    decay: float
    rate: float = 5e-3
    dropout: float = 0.1


class _Unit(nn.Module):
    """One linear model with one hidden layer beside it."""

    def __init__(self, inputs: int, shape: Shape) -> None:
        super().__init__()
        self.direct = nn.Linear(inputs, 1)
        self.hidden = nn.Linear(inputs, shape.units)
        self.out = nn.Linear(shape.units, 1, bias=False)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, inputs: Tensor) -> Tensor:
        deep = self.out(self.drop(torch.relu(self.hidden(inputs))))
        found: Tensor = (self.direct(inputs) + deep).squeeze(-1)
        return found


def fit_ranking(
    features: Sequence[FloatArray], gold: Sequence[NDArray[np.bool_]], weights: Sequence[float], shape: Shape
) -> Network:
    """The gold sections' share of the score of all candidates of a question, made as great as can be.

    Args:
        features: per question (candidates, inputs).
        gold: per question which candidates answer; at least one does, and one does not.
        weights: what each question counts.
    """
    mean, scale = _spread(np.concatenate(features))
    most = max(map(len, features))
    inputs = np.zeros((len(features), most, len(mean)), dtype=np.float32)
    there, right = (np.zeros((len(features), most), dtype=bool) for _ in range(2))
    for row, (values, answers) in enumerate(zip(features, gold, strict=True)):
        inputs[row, : len(values)] = (values - mean) / scale
        there[row, : len(values)], right[row, : len(values)] = True, answers
    table, candidates, wanted = torch.from_numpy(inputs), torch.from_numpy(there), torch.from_numpy(right)
    counts = torch.tensor(weights, dtype=torch.float32)

    def loss(unit: _Unit, rows: Tensor) -> Tensor:
        scores = unit(table[rows]).masked_fill(~candidates[rows], -1e9)
        missed = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~wanted[rows], -1e9), 1)
        return (missed * counts[rows]).sum() / counts[rows].sum()

    return _together(
        [_taught(len(features), len(mean), shape, loss, seed) for seed in range(shape.networks)], mean, scale
    )


def fit_answering(signs: FloatArray, right: NDArray[np.bool_], weights: FloatArray, strength: float) -> Network:
    """A logistic regression (a network without hidden units). Hidden units gained nothing on left-out topics.

    Args:
        signs: (n, inputs).
        right: whether what would be quoted answers, (n,).
        weights: what each counts, (n,).
        strength: scikit-learn's C.
    """
    mean, scale = _spread(signs)
    model = LogisticRegression(C=strength, max_iter=5_000)
    model.fit((signs - mean) / scale, right, sample_weight=weights)
    direct = model.coef_[0].astype(np.float32)
    blank = np.zeros((0, len(direct), 0), np.float32), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)
    return Network(mean, scale, *blank, direct, float(model.intercept_[0]))


def _taught(count: int, inputs: int, shape: Shape, loss: Callable[[_Unit, Tensor], Tensor], seed: int) -> _Unit:
    torch.manual_seed(seed)
    unit = _Unit(inputs, shape)
    optimizer = torch.optim.AdamW(unit.parameters(), lr=shape.rate, weight_decay=shape.decay)
    steps = shape.epochs * (count // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, shape.rate, total_steps=steps + 1)
    for _ in range(shape.epochs):
        for rows in torch.split(torch.randperm(count), BATCH):
            optimizer.zero_grad()
            torch.autograd.backward(loss(unit, rows))
            optimizer.step()
            schedule.step()
    return unit.eval()


def _together(units: Sequence[_Unit], mean: FloatArray, scale: FloatArray) -> Network:
    def stacked(values: Sequence[Tensor]) -> FloatArray:
        return np.stack([value.detach().numpy() for value in values]).astype(np.float32)

    return Network(
        mean=mean,
        scale=scale,
        hidden=stacked([unit.hidden.weight.T for unit in units]),
        hidden_bias=stacked([unit.hidden.bias for unit in units]),
        out=stacked([unit.out.weight[0] for unit in units]),
        direct=stacked([unit.direct.weight[0] for unit in units]).mean(axis=0),
        bias=float(stacked([unit.direct.bias for unit in units]).mean()),
    )


def _spread(inputs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation; an input that hardly varies is left unscaled."""
    spread = inputs.std(axis=0)
    return inputs.mean(axis=0).astype(np.float32), np.where(spread > MIN_SPREAD, spread, 1.0).astype(np.float32)
