"""The measures of understanding, on cases whose result is known."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.domain import Answer, Citation, Language, Owner, Retrieved, Source, Status, Turn, Understood
from app.intents import load_intents
from app.languages import Detected
from eval.understanding import read_rows
from eval.understanding.conversations import measure_conversations
from eval.understanding.dangers import measure_dangers
from eval.understanding.foreign import measure_foreign
from eval.understanding.languages import measure_languages
from eval.understanding.masking import measure_masking
from eval.understanding.statuses import measure_statuses

PARTS = ("train", "test")
FILES = ("conversations", "dangers", "languages", "masking", "statuses")


def answer(status: Status, owner: Owner | None = None, standalone: str = "q") -> Answer:
    return Answer("a", "c", "q", standalone, status, "en", "text", owner=owner)


def test_every_file_has_both_parts_and_the_test_part_is_large_enough() -> None:
    assert all(read_rows(name, part) for name in FILES for part in PARTS)
    dangers = read_rows("dangers", "test")
    classes = {row["class"] for row in dangers} - {"none"}
    assert all(sum(row["class"] == kind for row in dangers) >= 40 for kind in classes) and len(classes) == 9
    assert sum(row["class"] == "none" for row in dangers) >= 300
    assert len({row["id"] for row in read_rows("conversations", "test")}) >= 60


def test_no_message_of_the_test_part_is_taught() -> None:
    for name, field in (("dangers", "text"), ("languages", "text"), ("masking", "text"), ("statuses", "question")):
        taught = {(row["language"], row[field].casefold()) for row in read_rows(name, "train")}
        asked = {(row["language"], row[field].casefold()) for row in read_rows(name, "test")}
        assert len(taught & asked) <= 0.02 * len(asked), name  # "Hello!" stands in both


def test_dangers_are_counted_by_class_and_false_alarms_apart() -> None:
    rows = [
        {"language": "en", "text": "My husband beats me", "class": "violence", "style": "direct"},
        {"language": "en", "text": "Where do I get a tax card?", "class": "violence", "style": "direct"},
        {"language": "en", "text": "Where do I get a library card?", "class": "none"},
    ]
    found = measure_dangers(rows, load_intents())
    assert found["recall"]["groups"]["violence"] == {"n": 2, "share": 0.5}
    assert found["no_false_alarm"]["groups"]["all"] == {"n": 1, "share": 1.0}
    assert found["class_right"]["groups"]["all"] == {"n": 1, "share": 1.0}


def test_masking_counts_what_must_go_and_what_must_stay() -> None:
    text = "Mail a@example.com, it costs 100 000 euros"
    rows = [{"language": "en", "text": text, "spans": ["a@example.com"], "keep": ["100 000 euros", "a@example.com"]}]
    found = measure_masking(rows, frozenset())
    assert found["recall"]["groups"]["all"]["share"] == 1.0
    assert found["honest_kept"]["groups"]["all"] == {"n": 2, "share": 0.5}


def test_languages_are_told_apart_by_kind() -> None:
    rows = [{"text": "where is the library", "language": "en"}, {"text": "tere", "language": "et"}]
    found = measure_languages(rows, lambda text: Detected("en", 1.0))
    assert (found["own_long"]["accuracy"], found["other"]["accuracy"]) == (1.0, 0.0)
    assert found["confused"] == {"et as en": 1}


def test_statuses_and_owners_through_the_door() -> None:
    async def ask(text: str, language: Language) -> Answer:
        return answer(Status.DECLINED if "poem" in text else Status.ANSWERED, Owner.KELA)

    rows = [
        {"id": "1", "language": "en", "question": "write a poem", "kind": "declined"},
        {"id": "1", "language": "fi", "question": "kirjoita runo", "kind": "declined"},
        {"id": "2", "language": "en", "question": "child benefit", "kind": "owner", "owner": "kela"},
    ]
    found = asyncio.run(measure_statuses(rows, ask, {}))
    assert found["status"]["groups"]["declined"] == {"n": 2, "share": 0.5}
    assert found["owner"]["groups"]["all"]["share"] == 1.0
    assert found["same_in_three_languages"]["groups"]["all"] == {"n": 2, "share": 0.5}


def test_conversations_are_asked_turn_by_turn() -> None:

    async def ask(text: str, language: Language, history: tuple[Turn, ...]) -> Answer:
        return answer(Status.ANSWERED, standalone=" ".join([*(turn.question for turn in history), text]))

    async def look_up(text: str, language: Language, history: tuple[Turn, ...]) -> tuple[Understood, Retrieved]:
        standalone = " ".join([*(turn.question for turn in history), text])
        return Understood(text, text, standalone, language), Retrieved((), 0.0)

    turns = [
        {"text": "daycare", "act": "new", "standalone": "daycare", "topic": "early-childhood-education"},
        {"text": "and the fee?", "act": "follow_up", "standalone": "daycare fee", "topic": ""},
        {"text": "library card?", "act": "change", "standalone": "library card", "topic": ""},
    ]
    found = asyncio.run(measure_conversations([{"id": "c", "language": "en", "turns": turns}], ask, look_up))
    read = found["read_as_meant"]["groups"]
    assert (read["new"]["share"], read["follow_up"]["share"], read["change"]["share"]) == (1.0, 1.0, 0.0)
    assert found["topic_among_five"]["groups"]["all"] == {"n": 1, "share": 0.0}


def test_of_other_languages_what_is_quoted_is_held_against_the_sections_that_answer() -> None:
    rows = read_rows("foreign", "train")[:3]
    gold = [row["gold"] or ["tax-card#first-card"] for row in rows]

    async def ask(text: str, language: Language, history: tuple[Turn, ...] = ()) -> Answer:
        place = next(place for place, row in enumerate(rows) if row["question"] == text)
        if place == 2:
            return answer(Status.DECLINED)
        topic, anchor = gold[place][0].split("#") if place == 0 else ("another", "section")
        source = Source("t", "u", anchor, "en", "p", Owner.OTHER, None, None, f"knowledge/{topic}/en.md")
        return replace(answer(Status.ANSWERED), citations=(Citation(1, "said", source),))

    found = asyncio.run(measure_foreign([{**row, "gold": gold[n]} for n, row in enumerate(rows)], ask))
    shares = {name: table["groups"]["all"] for name, table in found.items()}
    assert shares["right_of_answered"] == {"n": 2, "share": 0.5}
    assert shares["answered_rightly"] == {"n": 3, "share": 0.3333}
    assert shares["read_as_question"] == {"n": 3, "share": 0.6667}
