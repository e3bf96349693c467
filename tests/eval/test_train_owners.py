"""What words and pages say together of the owner is learned, and measured on messages that were left out."""

from __future__ import annotations

import numpy as np
import pytest

from app.intents import LEAST_OF_PAGES, LEAST_OF_WORDS, Whose, log_of
from eval.training.messages import made_for_owners
from eval.training.owners import Seen, measured
from eval.understanding import read_rows

OWNERS = ("kela", "police", "vero")


def made(count: int = 300) -> Seen:
    """Words that are right in most cases, and pages that are never the police's."""
    chance, rows, kinds = np.random.default_rng(3), [], []
    for number in range(count):
        kind = OWNERS[number % 3]
        words = dict(zip(OWNERS, chance.dirichlet([8.0 if name == kind else 2.0 for name in OWNERS]), strict=True))
        pages = {"kela" if kind == "police" else kind: 1.0}
        rows.append(np.concatenate([log_of(words, OWNERS, LEAST_OF_WORDS), log_of(pages, OWNERS, LEAST_OF_PAGES)]))
        kinds.append(kind)
    return Seen(OWNERS, np.stack(rows), np.array(kinds), tuple(str(number // 3) for number in range(count)))


def test_words_are_believed_where_no_page_can_be_near() -> None:
    found = measured(made())
    assert found["likeliest_right"] > 0.85
    assert found["named_right"] >= found["likeliest_right"]
    assert 0.9 < found["named"] <= 1.0


def test_the_weights_say_what_was_learned() -> None:
    seen = made()
    model = seen.fitted(np.arange(len(seen.kinds)))
    whose = Whose(OWNERS, model.coef_[:, :3].T, model.coef_[:, 3:].T, model.intercept_)
    words, pages = {"kela": 0.1, "police": 0.8, "vero": 0.1}, {"kela": 1.0}
    inputs = [*log_of(words, OWNERS, LEAST_OF_WORDS), *log_of(pages, OWNERS, LEAST_OF_PAGES)]
    assert list(whose.shares(words, pages).values()) == pytest.approx(model.predict_proba([inputs])[0], abs=1e-5)


def test_parts_of_messages_with_two_owners_teach_each_its_own() -> None:
    rows = [row for row in read_rows("statuses", "train") if row.get("parts")]
    taught = {(one.id, one.language, one.text, one.owner) for one in made_for_owners()}
    assert len(rows) > 400
    for row in rows:
        assert all(part in row["question"] for part in row["parts"])
        pairs = zip(row["parts"], row["owners"], strict=True)
        assert {(row["id"], row["language"], *pair) for pair in pairs} <= taught
