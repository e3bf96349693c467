"""`python -m eval train owners`: what a message's words and the pages near it say together of whose matter it is.

The words' shares are those of models that saw nothing of the message's group, as a person's message is new, too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.intents import LEAST_OF_PAGES, LEAST_OF_WORDS, WHOSE, Shares, log_of
from app.library import Library
from app.ownership import SURE, owners_near
from app.settings import Settings
from app.table import FloatArray
from eval.training.intents import read_left_out
from eval.training.messages import MadeForOwner, made_for_owners

SEARCHED = 3_000  # messages; more are searched for minutes and change little
STRENGTH = 0.1  # scikit-learn's C: of .03, .1 and .3 the one with the most right on left-out messages
FOLDS = 5
_SEED = 20261201


@dataclass(frozen=True, slots=True)
class Seen:
    """Messages as they are looked at: `inputs` (messages, 2 * owners), whose they are, and their groups."""

    owners: tuple[str, ...]
    inputs: FloatArray
    kinds: NDArray[np.str_]
    groups: tuple[str, ...]

    def fitted(self, places: NDArray[np.int64]) -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, max_iter=3_000).fit(self.inputs[places], self.kinds[places])


def train_owners(settings: Settings, left_out: Path, out: Path) -> dict[str, Any]:
    """Learn the weights of words and pages, write them to `out`, return what was measured on left-out groups.

    Args:
        left_out: the file that `eval train intents` keeps.

    Raises:
        EspooError: there is no such file, or no build to search.
    """
    owners, said = read_left_out(left_out, "owner")
    made = [one for one in made_for_owners() if (one.text, "") in said]
    some = random.Random(_SEED).sample(made, min(SEARCHED, len(made)))
    words = np.stack([said[one.text, ""] for one in some])
    pages = [log_of(near, owners, LEAST_OF_PAGES) for near in _near(settings, some)]
    seen = Seen(
        owners,
        np.hstack([np.log(words + LEAST_OF_WORDS), np.stack(pages)]).astype(np.float32),
        np.array([one.owner for one in some]),
        tuple(one.id for one in some),
    )
    model, count = seen.fitted(np.arange(len(some))), len(seen.owners)
    weights = {"words": model.coef_[:, :count].T, "pages": model.coef_[:, count:].T, "bias": model.intercept_}
    told = {name: np.round(array, 4).tolist() for name, array in weights.items()}
    (out / WHOSE).write_text(json.dumps({"owners": list(seen.owners), **told}) + "\n", encoding="utf-8")
    return measured(seen)


def _near(settings: Settings, some: Sequence[MadeForOwner]) -> Iterator[Shares]:
    retriever, today = Library.open(settings).require().retriever, date.today()
    return (owners_near(retriever.retrieve(one.text, one.language, today)) for one in some)


def measured(seen: Seen) -> dict[str, float]:
    """On left-out groups: how often the likeliest owner is right, how often one is named, and how often rightly."""
    shares = np.zeros((len(seen.kinds), len(seen.owners)))
    for train, test in GroupKFold(FOLDS).split(seen.inputs, groups=seen.groups):
        shares[test] = seen.fitted(train).predict_proba(seen.inputs[test])
    right = np.array(seen.owners)[shares.argmax(axis=1)] == seen.kinds
    named = shares.max(axis=1) >= SURE
    found = {"messages": len(right), "likeliest_right": right.mean(), "named": named.mean()}
    return {name: round(float(value), 4) for name, value in found.items()} | {
        "named_right": round(float(right[named].mean()), 4)
    }
