"""The network of messages as the service reads it: its shares, what it keeps, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.errors import ConfigurationError
from app.intents import FOLDER, load_intents
from app.message_network import ALONE, BEFORE, MessageNetwork, pieces_of
from app.recent_texts import RECENT
from app.table import MODEL_FILE
from app.taught_network import HEAD_FILE
from app.transformer import bundled_transformer
from app.word_pieces import GRAPH_FILE

NETWORK = load_intents().network
PIECES = bundled_transformer().pieces


@pytest.mark.parametrize("text", ["Mistä saan verokortin?", "hur", "", "a\0b \ud800", "help " * 500])
def test_the_shares_of_each_task_are_one_together(text: str) -> None:
    for task, names in NETWORK.classes.items():
        for before in ("", "How do I apply for daycare? " * 40):
            shares = np.exp(NETWORK.logs(task, text, before))
            assert shares.shape == (len(names),)
            assert shares.sum() == pytest.approx(1.0, abs=1e-4)


def test_what_stands_before_a_turn_tells_what_it_is() -> None:
    def leaning(text: str, before: str) -> float:
        return load_intents().turn(text, before)["follow_up"]

    before = "How do I apply for daycare?"
    for leans, alone in [
        ("how much does it cost?", "Where can I get my driving licence exchanged?"),
        ("and if I am a student?", "bank account in Finland how to open"),
    ]:
        assert leaning(leans, before) > 0.5 > leaning(alone, before)


def test_a_message_and_the_one_before_it_are_cut() -> None:
    long = "päivähoitohakemus " * 200
    (start,) = PIECES.numbers("query: ", ["x"])
    alone, behind = pieces_of(PIECES, long), pieces_of(PIECES, long, long)
    assert (len(alone), len(behind)) == (ALONE, 2 * BEFORE)
    assert alone[-1] == behind[BEFORE - 1] == behind[-1] == start[-1]
    assert pieces_of(PIECES, "x", " ") == start


def test_it_remembers_the_last_messages_by_their_digests_alone() -> None:
    network = MessageNetwork(FOLDER, PIECES)
    first = network.logs("danger", "Where is the library?")
    assert network.logs("danger", "Where is the library?") is first
    assert network.logs("danger", "the library?", "Where is") is not first
    for number in range(RECENT):
        network.logs("danger", f"message {number}")
    assert network.logs("danger", "Where is the library?") is not first
    kept = list(network._recent._values)
    assert len(kept) == RECENT
    assert {len(each) for each in kept} == {32}


def test_another_vocabulary_and_a_damaged_file_are_refused(tmp_path: Path) -> None:
    for name in (GRAPH_FILE, HEAD_FILE, MODEL_FILE):
        shutil.copy(FOLDER / name, tmp_path)
    told = json.loads((tmp_path / MODEL_FILE).read_text(encoding="utf-8"))
    (tmp_path / MODEL_FILE).write_text(json.dumps(told | {"pieces": "others"}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="other word pieces"):
        MessageNetwork(tmp_path, PIECES)
    (tmp_path / HEAD_FILE).write_bytes(b"x")
    with pytest.raises(ConfigurationError, match="damaged"):
        MessageNetwork(tmp_path, PIECES)


def test_models_of_another_network_are_refused(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "intents")
    file = tmp_path / "intents" / "intents.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(told | {"network_digest": "x"}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="another network"):
        load_intents(tmp_path / "intents")
