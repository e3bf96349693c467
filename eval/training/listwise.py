"""A conditional logit: the weights that give the right ones among a question's candidates the greatest share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 100
ENOUGH = 1e-6  # a step shorter than this changes no rank
MIN_SPREAD = 1e-3  # an input that hardly varies is left unscaled


def fit_listwise(
    inputs: Sequence[NDArray[Any]], right: Sequence[NDArray[np.bool_]], penalty: float
) -> NDArray[np.float64]:
    """Maximise Σ log(Σ_right e^s / Σ_all e^s) − penalty/2 · |w|², s = inputs · w, by Newton steps.

    Args:
        inputs: per question an array of shape (candidates, inputs).
        right: per question which candidates are right; at least one is.
        penalty: on the weights of the inputs scaled to unit spread.
    """
    spread = np.concatenate(inputs).std(axis=0)
    scale = np.where(spread > MIN_SPREAD, spread, 1.0)
    scaled = [np.asarray(rows, dtype=np.float64) / scale for rows in inputs]
    weights = np.zeros(len(scale))
    for _ in range(ROUNDS):
        slope, bend = -penalty * weights, penalty * np.eye(len(weights))
        for rows, gold in zip(scaled, right, strict=True):
            share = _softmax(rows @ weights)
            wanted = np.where(gold, share, 0.0)
            mean = share @ rows
            slope += wanted @ rows / wanted.sum() - mean
            bend += (rows * share[:, None]).T @ rows - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < ENOUGH:
            break
    return np.asarray(weights / scale)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())
