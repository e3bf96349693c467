"""What `python -m ingest check` can say, and what to do about each."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import Language


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is relative to the knowledge folder; `language` is empty where it concerns all."""

    path: str
    language: Language | None
    code: str
    message: str
    anchor: str = ""

    @property
    def place(self) -> str:
        return f"{self.path}#{self.anchor}" if self.anchor else self.path

    @property
    def advice(self) -> str:
        return ADVICE[self.code]


# In the order in which they are shown: first what stops a page, then what is untrue, then what reads badly.
ADVICE: dict[str, str] = {
    "template": "Replace each [[…]] by your own text, or delete it. Until then the page is not served.",
    "bad_page": "Mend what the message names; the format is in knowledge/README.md. Until then the page is not served.",
    "bad_front_matter": 'Mend the lines between the two --- at the top of the file. A text with : or " or # in it'
    " stands in quotation marks, a date is year-month-day (2026-05-22), an address begins with https://, and the spaces"
    " at the beginnings of lines are as in knowledge/README.md.",
    "duplicate_topic": "Give the topic a folder and a `topic:` of its own.",
    "duplicate_anchor": "Give each section of the page an anchor of its own, the same in the three languages.",
    "unknown_fact": "Correct the name in {{fact.…}}, or add the fact to facts.toml.",
    "bad_fact": "Mend the fact in facts.toml; the kinds and their values are in knowledge/README.md.",
    "bad_owner": "Mend owners.toml; no owner may be missing.",
    "bad_glossary": "Mend the term in glossary.toml; each needs fi, sv and en.",
    "missing_translation": "Write the page in that language, with the same anchors.",
    "unpaired_anchors": "Give the three pages the same sections with the same {#anchors} in the same order.",
    "figure_outside_facts": "Put the figure into facts.toml with its source and date, and write {{fact.name}}; or leave"
    " it out and say whose page tells it.",
    "undated_fact": "Find an official text with a date (as_of), name the law that fixes the figure (law), or take the"
    " figure out of the texts and say whose page tells it.",
    "old_fact": "Find a newer official text and change value, source and as_of; or take the figure out of the texts and"
    " say whose page tells it.",
    "stale_fact": "Read the source again, correct value and as_of, and set a new review_by.",
    "conflicting_facts": "Find out which is right. If they are one figure, keep one fact; if they are two, give them"
    " names or units that tell them apart.",
    "duplicate_fact": "Keep one of the facts, use its name in all texts, and delete the others.",
    "unused_fact": "Use the fact in a text, or delete it.",
    "stale_page": "Read the page and its sources again, correct it, and set a new review_by.",
    "expired_page": "Delete the page, or write what holds now and change valid_until.",
    "dead_link": "Find the page's new address on the publisher's site, or another official page that says the same.",
    "avoided_word": "Write the official term instead.",
    "double_term": "Keep the word in the term that it means; take it out of the others, or make them one term.",
    "shared_heading": "Make one of the headings narrower: two sections with one heading compete for the same question.",
    "bad_asked": "Mend asked.toml of the topic; the format is in knowledge/README.md. Until then it is not used.",
    "asked_of_nothing": "Give the questions the anchor of a section of the page, or delete them.",
    "asked_twice": "Keep the question at the section that answers it best.",
    "asked_untranslated": "Add how people ask for it in that language.",
    "bad_clarify": "Mend clarify.toml; the format is in knowledge/README.md. Until then nothing is asked back.",
    "choice_of_nothing": "Name a section that is there, or take the choice out.",
    "long_section": "Shorten the section, or make it two sections with a question each.",
    "uneven_length": "Read the versions side by side: one says less than the others, or one says it at greater length.",
    "hard_page": "Write shorter sentences and everyday words; begin with the sentences that are named.",
}
