"""The facts that the gold annotations ask for still stand in the sections that they name."""

from __future__ import annotations

from app.knowledge import load_facts, read_topic_file
from app.settings import PROJECT
from eval.cases import load_cases

KNOWLEDGE = PROJECT / "knowledge"


def test_each_fact_of_a_case_stands_in_a_gold_section() -> None:
    facts = load_facts(KNOWLEDGE)
    texts = {
        (path.parent.name, section.anchor, path.stem): " ".join(f"{section.heading} {section.text}".lower().split())
        for path in KNOWLEDGE.glob("*/*.md")
        for section in read_topic_file(path, facts).sections
    }
    lost = []
    for case in load_cases():
        gold = " ".join(texts.get((*name.split("#"), case.language), "") for name in case.gold)  # type: ignore[arg-type]
        groups = case.must_include if case.expected == "answered" else ()
        lost += [(case.key, group) for group in groups if not any(fact.lower() in gold for fact in group)]
    assert not lost
