"""`python -m eval train turns`: whether a turn that may lean on the one before it begins something new.

A logistic regression over app/change_of_subject.py's signs, of made conversations (part train). How a turn reads behind
the question before it is said by a network that had not seen the conversation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from app.change_of_subject import signs_of
from app.domain import Understood
from app.follow_up import read_turn
from app.intents import TURNS
from app.library import Library
from app.settings import Settings
from app.table import FloatArray
from eval.training.intents import read_left_out
from eval.training.messages import turns_of
from eval.understanding import read_rows

STRENGTH = 0.3  # scikit-learn's C
FOLDS = 5
NEW = ("new", "change")


@dataclass(frozen=True, slots=True)
class Seen:
    """Turns that may lean: their signs, whether each begins something new, and their conversations."""

    signs: FloatArray
    new: NDArray[np.bool_]
    groups: tuple[str, ...]

    def fitted(self, places: NDArray[np.int64]) -> Any:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced"))
        return model.fit(self.signs[places], self.new[places])


def train_turns(settings: Settings, left_out: Path, out: Path) -> dict[str, Any]:
    """Learn the weights, write them to `out`, return what was measured on left-out conversations.

    Args:
        left_out: the file that `eval train intents` keeps.

    Raises:
        EspooError: there is no such file, or no build to search.
    """
    classes, said = read_left_out(left_out, "turn")
    seen = _seen(settings, {key: dict(zip(classes, shares.tolist(), strict=True)) for key, shares in said.items()})
    model = seen.fitted(np.arange(len(seen.new)))
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    bias = float(regression.intercept_[0] - weights @ scaler.mean_)
    told = {"weights": np.round(weights, 4).tolist(), "bias": round(bias, 4)}
    (out / TURNS).write_text(json.dumps(told) + "\n", encoding="utf-8")
    return measured(seen)


def measured(seen: Seen) -> dict[str, float]:
    """On left-out conversations: how many turns that begin something new, and that do not, are told."""
    guessed = np.zeros(len(seen.new), dtype=bool)
    for train, test in GroupKFold(FOLDS).split(seen.signs, groups=seen.groups):
        guessed[test] = seen.fitted(train).predict(seen.signs[test])
    right = guessed == seen.new
    return {
        "turns": float(len(right)),
        "right": round(float(right.mean()), 4),
        "new_right": round(float(right[seen.new].mean()), 4),
        "leaning_right": round(float(right[~seen.new].mean()), 4),
    }


def _seen(settings: Settings, said: dict[tuple[str, str], dict[str, float]]) -> Seen:
    retriever, today = Library.open(settings).require().retriever, date.today()
    signs, new, groups = [], [], []
    for row in read_rows("conversations", "train"):
        for turn, before, history in turns_of(row):
            shares = said.get((turn["text"], before))
            if shares is None or turn["act"] not in (*NEW, "follow_up"):
                continue
            read = read_turn(turn["text"], history, partial(_always, shares))
            if not read.own or read.act == "correction":
                continue
            found = [retriever.retrieve(text, row["language"], today) for text in (read.own, read.joined, read.earlier)]
            understood = Understood(
                turn["text"], turn["text"], read.standalone, row["language"], own=read.own, leaning=read.leaning
            )
            signs.append(signs_of(understood, *found))
            new.append(turn["act"] in NEW)
            groups.append(row["id"])
    return Seen(np.array(signs, dtype=np.float32), np.array(new), tuple(groups))


def _always(shares: dict[str, float], _: str) -> dict[str, float]:
    return shares
