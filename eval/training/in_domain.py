"""Pairs from the project's own knowledge for the embedding model: questions and what answers them, in all directions.

The topics of the test part are left out, so that what is measured on them is measured on unseen text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product
from pathlib import Path

import numpy as np

from app.domain import LANGUAGES, Language
from app.knowledge import load_facts, load_glossary, read_asked, read_topic_file
from eval.cases import Case
from eval.training.corpus import Corpus, Group

# With these weights a bit over a third of the batches are in-domain. With half of them translations get worse and
# questions on unseen topics are found no better.
QUESTION_WEIGHT = 4.2
TERM_WEIGHT = 1.4
NO_TEACHER = ("question", "passage")


@dataclass
class _Matter:
    """One section: its heading and text by language, and how people ask for it."""

    headings: dict[Language, str]
    texts: dict[Language, str]
    asked: list[tuple[Language, str]]


@dataclass(frozen=True, slots=True)
class Domain:
    """The knowledge folder, the training questions for the embedding, and the topics that it must not see."""

    knowledge: Path
    cases: Sequence[Case]
    left_out: frozenset[str]


def with_domain(corpus: Corpus, domain: Domain) -> Corpus:
    """The corpus with the pairs of the domain."""
    texts = {text: place for place, text in enumerate(corpus.texts)}
    groups = [*corpus.groups, *in_domain_groups(domain, texts)]
    return replace(corpus, texts=list(texts), groups=groups)


def in_domain_groups(domain: Domain, texts: dict[str, int]) -> Iterator[Group]:
    """Groups over `texts`, which is added to. A pair's third column is its section: equal ones are no wrong answers."""
    matters = _matters(domain.knowledge, domain.left_out)
    for case in domain.cases:
        for gold in case.gold:
            topic, anchor = gold.split("#")
            if (topic, anchor) in matters and case.topic not in domain.left_out:
                matters[topic, anchor].asked.append((case.language, case.question))
    pairs = defaultdict(list)
    for number, matter in enumerate(matters.values()):
        for name, weight, languages, first, second in _pairs(matter):
            pairs[name, weight, languages].append(
                (texts.setdefault(first, len(texts)), texts.setdefault(second, len(texts)), number)
            )
    for (name, weight, languages), found in pairs.items():
        yield Group(f"{name} {'-'.join(languages)}", languages, np.array(found, dtype=np.int64), weight)
    yield from _term_groups(domain.knowledge, texts)


def _matters(knowledge: Path, left_out: frozenset[str]) -> dict[tuple[str, str], _Matter]:
    facts = load_facts(knowledge)
    matters: dict[tuple[str, str], _Matter] = {}
    for folder in sorted(path for path in knowledge.iterdir() if path.is_dir() and path.name not in left_out):
        for language in LANGUAGES:
            for section in read_topic_file(folder / f"{language}.md", facts).sections:
                matter = matters.setdefault((folder.name, section.anchor), _Matter({}, {}, []))
                matter.headings[language] = section.heading
                matter.texts[language] = " ".join(section.text.split())
        for question in read_asked(folder / "asked.toml"):
            if question.anchor:
                matters[folder.name, question.anchor].asked.append((question.language, question.text))
    return matters


Pair = tuple[str, float, tuple[str, str], str, str]


def _pairs(matter: _Matter) -> Iterator[Pair]:
    """Question or heading to text, question to question, and the versions of the text, in all directions."""
    questions = [*matter.asked, *matter.headings.items()]
    for (_, question), text in product(questions, matter.texts.values()):
        yield "answer", QUESTION_WEIGHT, NO_TEACHER, question, text
    for (_, one), (_, two) in combinations(questions, 2):
        yield "asked", QUESTION_WEIGHT / 4, NO_TEACHER, one, two
    for one, two in permutations(LANGUAGES, 2):
        if one != "en":
            yield "sisters", QUESTION_WEIGHT / 2, (one, two), matter.texts[one], matter.texts[two]
            yield "sisters", QUESTION_WEIGHT / 2, (one, two), matter.headings[one], matter.headings[two]


def _term_groups(knowledge: Path, texts: dict[str, int]) -> Iterator[Group]:
    """The names of a term, two by two, in one language and across."""
    found = []
    for number, term in enumerate(load_glossary(knowledge).values()):
        names = list(dict.fromkeys(name for language in LANGUAGES for name in term.names(language)))
        places = [texts.setdefault(name, len(texts)) for name in names]
        found += [(one, two, number) for one, two in combinations(places, 2)]
    if found:
        yield Group("terms", NO_TEACHER, np.array(found, dtype=np.int64), TERM_WEIGHT)
