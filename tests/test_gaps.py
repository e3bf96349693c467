from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import Language
from app.gaps import FloatArray, GapKind, GapQuestion, grouped

START = datetime(2026, 11, 1, tzinfo=UTC)


def asked(text: str, number: int = 0, language: Language = "en", kind: GapKind = "unanswered") -> GapQuestion:
    return GapQuestion(f"a{number}", text, language, kind, None, START + timedelta(hours=number), (f"d{number % 2}",))


def encode(texts: Sequence[str]) -> FloatArray:
    """Dogs and skating in two directions, whatever the language; anything else in a third."""
    words = (("dog", "koira", "hund"), ("skat", "luistel", "skridsk"))
    return np.array(
        [[float(any(w in t.lower() for w in group)) for group in words] + [0.1] for t in texts], dtype=np.float32
    )


def test_similar_wordings_are_one_gap_in_all_languages() -> None:
    questions = [
        asked("Where is the dog park?", 0),
        asked("where is the dog park", 1),
        asked("Missä on koirapuisto?", 2, "fi", "partial"),
        asked("Var finns en hundpark?", 3, "sv", "badly_rated"),
        asked("When does the skating rink open?", 4, "en", "failed"),
    ]
    dogs, skating = grouped(questions, 10, encode)
    assert (dogs.title, dogs.count) == ("Where is the dog park?", 4)
    assert dogs.languages == {"en": 2, "sv": 1, "fi": 1}
    assert dogs.kinds == {"badly_rated": 1, "partial": 1, "unanswered": 2} and skating.kinds == {"failed": 1}
    assert (dogs.first_seen, dogs.last_seen) == (START, START + timedelta(hours=3))
    assert (dogs.wordings[0].text, dogs.wordings[0].count) == ("Where is the dog park?", 2)
    assert dogs.answer_ids[0] == "a3"
    assert set(dogs.sources) == {"d0", "d1"}


def test_without_vectors_words_decide_within_one_language() -> None:
    questions = [
        asked("How do I apply for a Kela card?", 0),
        asked("How can I apply for the Kela card", 1),
        asked("How do I apply for a tax card?", 2),
        asked("Kela", 3),
        asked("Hur ansöker jag om FPA-kort?", 4, "sv"),
        asked("hur ansöker jag om ett fpa kort", 5, "sv"),
        asked("Mistä saan koiralle rokotuksen?", 6, "fi"),
        asked("Mistä koiralle saa rokotuksen", 7, "fi"),
    ]
    assert sorted(gap.count for gap in grouped(questions, 10)) == [1, 1, 2, 2, 2]


def test_the_limit_keeps_the_largest() -> None:
    questions = [asked("Where is the dog park?", n) for n in range(3)] + [asked("skating rink hours", 9)]
    assert [gap.count for gap in grouped(questions, 1)] == [3]
    assert grouped([], 5) == grouped([], 5, encode) == []


def test_many_wordings_are_grouped_within_seconds() -> None:
    began = datetime.now(UTC)
    pick = Random(1)
    letters = "aeiouklmnprstv"
    questions = [asked(" ".join("".join(pick.choices(letters, k=7)) for _ in range(6)), n) for n in range(700)]
    assert sum(gap.count for gap in grouped(questions, 5_000)) == 700
    assert datetime.now(UTC) - began < timedelta(seconds=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["fi", "sv", "en"])), max_size=12), st.booleans())
def test_every_question_is_in_one_gap(texts: list[tuple[str, Language]], with_vectors: bool) -> None:
    questions = [asked(text, number, language) for number, (text, language) in enumerate(texts)]
    gaps = grouped(questions, 100, encode if with_vectors else None)
    assert sum(gap.count for gap in gaps) == len(questions)
    assert (
        gaps == grouped(list(reversed(questions)), 100, encode if with_vectors else None)
        or len({q.text for q in questions}) > 1
    )
