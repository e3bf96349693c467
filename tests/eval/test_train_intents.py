"""A small network of messages is taught on made ones and read as the service reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import EspooError
from app.intents import NONE, both
from app.message_network import MessageNetwork, Task
from app.transformer import bundled_transformer
from eval.training.intents import Guessed, is_left_out, read_left_out
from eval.training.message_network import Hearing, Settings, Texts, logs_of, teach, write_network
from eval.training.messages import Message, turns_of
from eval.understanding import read_rows

SETTINGS = Settings(layers=1, epochs=12, pieces=400, rate=1e-3, head_rate=3e-3)
DANGERS = ("fire in the kitchen", "the house is burning", "smoke and flames here", "my room burns", "a fire started")
CALM = ("where is the library", "library card price", "opening hours of the library", "borrow a book", "return books")
LESSONS: dict[Task, list[Message]] = {
    "danger": [
        *(Message(text, "danger", f"d{number}") for number, text in enumerate(DANGERS)),
        *(Message(text, NONE, f"c{number}") for number, text in enumerate(CALM)),
    ],
    "turn": [
        *(Message("what does it cost", "follow_up", f"t{n}", before=text) for n, text in enumerate(CALM)),
        *(Message(text, "alone", f"t{n}", before="how do I get a passport") for n, text in enumerate(CALM)),
    ],
}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(LESSONS, bundled_transformer().pieces)


@pytest.fixture(scope="module")
def network(texts: Texts) -> Hearing:
    return teach(LESSONS, texts, SETTINGS, calm=NONE)


def test_it_learns_all_tasks_at_once(texts: Texts, network: Hearing) -> None:
    for task, messages in LESSONS.items():
        logs = logs_of(network, texts, task, messages)
        best = [texts.classes[task][at] for at in logs.argmax(axis=1)]
        assert best == [message.kind for message in messages]


def test_what_is_written_is_what_was_taught(texts: Texts, network: Hearing, tmp_path: Path) -> None:
    write_network(tmp_path, network, texts, SETTINGS)
    written = MessageNetwork(tmp_path, bundled_transformer().pieces)
    assert written.classes == texts.classes
    for task, messages in LESSONS.items():
        expected = np.exp(logs_of(network, texts, task, messages))
        found = np.exp([written.logs(task, message.text, message.before) for message in messages])
        assert found == pytest.approx(expected, abs=0.12)


def test_groups_that_are_left_out_teach_nothing(texts: Texts) -> None:
    without = frozenset(f"d{number}" for number in range(len(DANGERS)))
    network = teach(LESSONS, texts, SETTINGS, without)
    found = np.exp(logs_of(network, texts, "danger", LESSONS["danger"][: len(DANGERS)]))
    assert found[:, texts.classes["danger"].index("danger")].max() < 0.2


def test_a_message_is_left_out_in_all_tasks_or_in_none() -> None:
    groups = [f"o2-{number}" for number in range(300)]
    assert [is_left_out(f"status {name}") for name in groups] == [is_left_out(f"owner {name}") for name in groups]
    assert 40 < sum(map(is_left_out, groups)) < 85


def test_what_is_measured_of_a_message_in_parts_is_its_worst() -> None:
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], dtype=np.float32)
    messages = tuple(Message(text, NONE, text, "whole") for text in "abc")
    guessed = Guessed(("danger", NONE), shares, np.array([NONE, NONE, "danger"]), np.array([0, 0, 1]), messages)
    assert guessed.of_others("danger").tolist() == pytest.approx([0.9])
    measured = guessed.measured({"danger": 0.6, "perhaps_danger": 0.1})
    assert measured["danger_recall"] == measured["danger_alarms"] == 1.0


def test_shares_of_both_are_shares_again() -> None:
    logs = np.log(np.array([[0.7, 0.2, 0.1]], dtype=np.float32))
    mixed = np.exp(both(logs, np.array([[0.1, 0.2, 0.7]], dtype=np.float32)))
    assert mixed.sum() == pytest.approx(1.0)
    assert mixed[0, 0] == pytest.approx(mixed[0, 2])
    assert np.isfinite(both(logs, np.array([[0.0, 0.0, 1.0]], dtype=np.float32))).all()


def test_turns_stand_behind_the_question_as_the_service_words_it() -> None:
    acts = [("fee?", "new"), ("for a child?", "follow_up"), ("thanks", "smalltalk"), ("no, for two", "correction")]
    row = {"turns": [{"text": text, "act": act, "standalone": f"{text}!"} for text, act in acts]}
    assert [before for _, before, _ in turns_of(row)] == ["", "fee?", "fee? for a child?", "fee? for a child?"]
    *_, (_, _, history) = turns_of(row)
    assert [turn.standalone for turn in history] == ["fee?", "fee? for a child?", "thanks"]
    assert sum(len(row["turns"]) for row in read_rows("conversations", "train")) > 4_000


def test_without_left_out_messages_it_says_what_writes_them(tmp_path: Path) -> None:
    with pytest.raises(EspooError, match="train intents"):
        read_left_out(tmp_path / "none.json", "owner")
