"""Whether a turn that looks like a follow-up begins something new: "and a bank account?" after a question on daycare.

Both wordings are searched. A turn with a subject of its own pulls the joined wording to that subject too. A word that
`clarify.toml` calls a subject begins one. Who corrects himself does not want what was found before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain import Retrieved, Understood
from app.follow_up import MAX_LEANING, leans
from app.intents import Beginning
from app.known_questions import Key, key
from app.library import Shelf
from app.subject import has_subject_of_its_own

# From here on, or where a short one begins as if it leans, it is something new only as a question of its own: "and a
# bank account?" is one, "what does it cost?" is none. Of left-out turns that read so .97 lean.
LEANS = 2.0
# Probability from which what is meant is a question: "sunday" and "as a student" have less, names of matters more.
MEANT = 0.36
KNOWN = 5  # sections found for the joined wording, of which another one of the page may be what is asked for


def settled(understood: Understood, shelf: Shelf, today: date, beginning: Beginning) -> Understood:
    """The question with the one wording that is answered."""
    if shelf.retriever.lists(understood.text):  # what is known beats what is guessed
        return replace(
            understood, standalone=understood.text, own="", joined="", smalltalk=None, personal=False, off_topic=False
        )
    if not understood.own:
        return understood
    language = understood.language
    own, joined, before = (
        shelf.retriever.retrieve(text, language, today)
        for text in (understood.own, understood.joined, understood.earlier)
    )
    if understood.corrects:
        term = shelf.retriever.term(understood.own, language)  # of one, another section of the page before is no answer
        again = _topic(joined) == _topic(before) if term else _section(joined) == _section(before)
        new = again and _is_question(own, term, understood, shelf, today)
    else:
        named = shelf.clarifier.begins(understood.own, language, _topic(before))
        begins = beginning.new(signs_of(understood, own, joined, before))
        short = len(understood.own.split()) <= MAX_LEANING
        points_back = understood.leaning >= LEANS or (short and leans(understood.own))
        asks_itself = own.probability >= MEANT or not points_back
        new = named or (begins and asks_itself and has_subject_of_its_own(understood.own))
    if new:
        standalone = understood.own
    else:
        standalone = understood.joined if understood.corrects else _leaning(understood, joined, before, shelf, today)
    return replace(understood, standalone=standalone, own="", joined="")


def _leaning(understood: Understood, joined: Retrieved, before: Retrieved, shelf: Shelf, today: date) -> str:
    """The joined wording. Where that finds the section of before again, whose question stands in it, or none that
    answers: the turn behind the page's title, if so another section of the page answers ("Driving licence: what does it
    cost?"), which is among the first for the joined wording too. Words that the section of before has itself ("at the
    weekend?") are answered there.
    """
    again = _section(joined) == _section(before) or not shelf.scorer.is_sure(joined)
    answered = shelf.scorer.is_sure(before)  # else its nearest page may be any
    if not (answered and again) or shelf.retriever.says(
        before.evidence[0].passage, understood.own, understood.language
    ):
        return understood.joined
    named = f"{before.evidence[0].passage.title}: {understood.own}"
    found = shelf.retriever.retrieve(named, understood.language, today)
    other = _topic(found) == _topic(before) and _section(found) != _section(before)
    known = {key(evidence.passage) for evidence in joined.evidence[:KNOWN]}
    meant = other and _section(found) in known and shelf.scorer.is_sure(found)
    return named if meant else understood.joined


def _is_question(own: Retrieved, term: str, understood: Understood, shelf: Shelf, today: date) -> bool:
    """Whether what was meant can be asked alone: as it stands, or by its name in the glossary, which finds more than
    the case that Finnish puts it in ("tarkoitin henkilötunnusta").
    """
    named = shelf.retriever.retrieve(term, understood.language, today).probability if term else 0.0
    return max(own.probability, named) >= MEANT


def signs_of(understood: Understood, own: Retrieved, joined: Retrieved, before: Retrieved) -> tuple[float, ...]:
    """What tells whether a turn begins something new: how it reads behind the question before, and what is found."""
    return (
        understood.leaning,
        own.probability,
        joined.probability,
        float(_topic(own) == _topic(before)),
        float(_topic(own) == _topic(joined)),
        float(_section(joined) == _section(before)),
        float(len(understood.own.split())),
        own.evidence[0].dense if own.evidence else 0.0,
    )


def _section(found: Retrieved) -> Key | None:
    """The best one, in whatever language it was found."""
    return key(found.evidence[0].passage) if found.evidence else None


def _topic(found: Retrieved) -> str:
    return (found.evidence[0].passage.topic or found.evidence[0].passage.document_id) if found.evidence else ""
