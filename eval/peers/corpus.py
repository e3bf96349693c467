"""The corpora: whole topics of the knowledge, and text on other matters up to the size that is asked for."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.domain import Passage
from eval.cases import Case
from eval.peers.filler import write_filler
from eval.peers.peer import Text
from eval.peers.place import Place
from ingest.collect import Request, collect
from ingest.progress import Silent


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A folder of topics, with the number of passages of each and their sections (`topic#anchor`)."""

    folder: Path
    sizes: Mapping[str, int]
    sections: frozenset[str]


def read_knowledge(folder: Path) -> Knowledge:
    """The topics of a folder.

    Raises:
        IngestError: it cannot be read.
    """
    passages = _passages((folder,))
    sizes = Counter(passage.topic for passage in passages if passage.topic)
    return Knowledge(folder, dict(sizes), frozenset(section(passage) for passage in passages))


def section(passage: Passage) -> str:
    return f"{passage.topic}#{passage.anchor}"


def choose_topics(knowledge: Knowledge, cases: Sequence[Case], size: int) -> list[str]:
    """Topics that fit into `size` passages: those that are asked about first, otherwise in an order of chance."""
    about = {gold.split("#")[0] for case in cases for gold in case.gold}
    chosen, room = [], size
    for topic in sorted(knowledge.sizes, key=lambda topic: (topic not in about, _chance(topic))):
        if knowledge.sizes[topic] <= room:
            chosen.append(topic)
            room -= knowledge.sizes[topic]
    return sorted(chosen)


def choose_questions(knowledge: Knowledge, cases: Sequence[Case], topics: Sequence[str], most: int) -> list[Case]:
    """At most so many of the questions without a history for which all sections that answer are there."""
    there = {name for name in knowledge.sections if name.split("#")[0] in topics}
    fitting = [case for case in cases if case.gold and not case.history and there.issuperset(case.gold)]
    return in_order_of_chance(fitting)[:most]


def in_order_of_chance(cases: Sequence[Case]) -> list[Case]:
    """The same order in each run; a question's three languages stand together."""
    return sorted(cases, key=lambda case: (_chance(case.id), case.language))


def write_corpus(place: Place, knowledge: Knowledge, topics: Sequence[str], size: int, parallel: Path) -> list[Text]:
    """Write documents and passages to the place, where nothing stays of what was there.

    Raises:
        EspooError: there is too little text for the size, or it cannot be read.
    """
    shutil.rmtree(place.folder, ignore_errors=True)
    place.knowledge.mkdir(parents=True)
    for file in knowledge.folder.glob("*.toml"):
        shutil.copy(file, place.knowledge)
    for topic in topics:
        shutil.copytree(knowledge.folder / topic, place.knowledge / topic)
    if missing := size - sum(knowledge.sizes[topic] for topic in topics):
        write_filler(parallel, place.filler, missing)
    texts = [Text(p.id, section(p), p.embedded_text) for p in _passages(place.documents)]
    place.write_texts(texts)
    return texts


def _passages(folders: tuple[Path, ...]) -> list[Passage]:
    collected = collect(Request(folders), None, Silent())
    return [passage for document in collected.passages.values() for passage in document]


def _chance(name: str) -> str:
    return sha256(name.encode()).hexdigest()
