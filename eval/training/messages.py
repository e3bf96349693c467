"""The messages that teach app/intents.py: made ones, training questions, and how people ask in `knowledge/`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from app.domain import Language, Status, Turn
from app.intents import ALONE, IN_SCOPE, NONE, windows
from app.knowledge import load_facts, load_owners, load_unclear, read_asked, read_topic_file
from app.message_network import Task
from eval.cases import load_training_questions
from eval.understanding import read_rows

TWINS = 3  # rows of a class in a row that may say the same in several languages
SERVICE_COUNTS = 3  # as many as a service of owners.toml counts: it is said in a word or two
ASKED = 60  # questions of a topic beside the messages; more drown them
# Topics whose own questions may be calls for help.
OF_DANGER = frozenset(
    """crisis-help discrimination domestic-violence emergency-care family-and-child-welfare-support
    going-to-court-and-victims-of-crime homelessness human-trafficking mental-health substance-abuse-help
    work-exploitation""".split()  # noqa: SIM905
)
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Message:
    """A text with its class; messages of one `group` are never on both sides of a fold. `whole` is the message of which
    this is a part, `before` what was asked before it.
    """

    text: str
    kind: str
    group: str
    whole: str = ""
    before: str = ""


def messages_of(knowledge: Path) -> dict[Task, list[Message]]:
    """By model what teaches it."""
    asked, short = list(_asked(knowledge)), [*_turns(), *_keywords(knowledge)]
    calm = (message for message in (*asked, *_calm(), *short) if message.group not in OF_DANGER)
    return {
        "danger": [*_dangers(), *calm],
        "matter": [*_matters(), *(Message(message.text, IN_SCOPE, message.group) for message in (*asked, *short))],
        "owner": owner_messages(knowledge),
        "turn": list(turns()),
    }


def _dangers() -> Iterator[Message]:
    for place, row in _counted(read_rows("dangers", "train"), "class"):
        yield Message(row["text"], row["class"], f"danger {row['class']} {place // TWINS}")


def _calm() -> Iterator[Message]:
    """The training questions and each of their sentences: what is looked at alone must be learned alone."""
    for use in ("embedding", "scorer"):
        for case in load_training_questions(use):
            for window in windows(case.question, case.language):
                yield Message(window, NONE, case.topic or case.id, case.question)


def _turns() -> Iterator[Message]:
    """What people say after an answer: short, and neither small talk nor a call for help."""
    for row in read_rows("conversations", "train"):
        if not OF_DANGER & {turn["topic"] for turn in row["turns"]}:
            for turn in row["turns"]:
                if turn["act"] in ("follow_up", "change", "correction"):
                    yield Message(turn["text"], NONE, f"conversation {row['id']}")


def turns() -> Iterator[Message]:
    """What a turn has to do with the question before it, which is given as the service words it."""
    for row in read_rows("conversations", "train"):
        for turn, before, _ in turns_of(row):
            if before and turn["act"] != "choice":
                kind = ALONE if turn["act"] in ("new", "change") else turn["act"]
                yield Message(turn["text"], kind, f"conversation {row['id']}", before=before)


def turns_of(row: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, tuple[Turn, ...]]]:
    """Each turn of a conversation with the wording of the question before it, and the history, had all been read as
    they were meant.
    """
    history: tuple[Turn, ...] = ()
    alone = worded = ""
    for turn in row["turns"]:
        yield turn, worded, history
        act, text = turn["act"], turn["text"]
        status = Status.SMALLTALK if act == "smalltalk" else Status.ANSWERED
        if act == "follow_up":
            worded = f"{alone} {text}"
        elif act in ("correction", "choice"):
            alone = worded = turn["standalone"]
        elif act not in ("smalltalk", "switch_language"):
            alone = worded = text
        history += (Turn(text, text if act == "smalltalk" else worded, status=status),)


def _keywords(knowledge: Path) -> Iterator[Message]:
    """Words that people type alone."""
    for unclear in load_unclear(knowledge):
        group = min(OF_DANGER & {topic for topic, _ in unclear.sections}, default=f"keyword {unclear.key}")
        yield from (Message(name, NONE, group) for names in unclear.words.values() for name in names)


def _matters() -> Iterator[Message]:
    kinds = {"declined": "declined", "personal": "personal", "smalltalk": "", "not_personal": IN_SCOPE}
    for row in read_rows("statuses", "train"):
        yield Message(row["question"], kinds.get(row["kind"], IN_SCOPE) or row["smalltalk"], f"status {row['id']}")
    yield from (Message(message.text, IN_SCOPE, message.group) for message in _dangers())


def owner_messages(knowledge: Path) -> list[Message]:
    """What teaches whose matter a message is; those of `made_for_owners` come first."""
    made = [Message(one.text, one.owner, f"owner {one.id}") for one in made_for_owners()]
    return [*made, *_services(knowledge), *_owned(knowledge)]


class MadeForOwner(NamedTuple):
    id: str
    text: str
    language: Language
    owner: str


def made_for_owners() -> Iterator[MadeForOwner]:
    """Messages that are one owner's matter, and the parts of those that are two's."""
    for row in read_rows("statuses", "train"):
        if row["kind"] == "owner":
            yield MadeForOwner(row["id"], row["question"], row["language"], row["owner"])
        for part, owner in zip(row.get("parts", ()), row.get("owners", ()), strict=False):
            yield MadeForOwner(row["id"], part, row["language"], owner)


def _services(knowledge: Path) -> Iterator[Message]:
    for owner, contact in load_owners(knowledge).owners.items():
        for names in contact.services.values():
            yield from (Message(name, owner, f"service {owner}") for name in names for _ in range(SERVICE_COUNTS))


def _owned(knowledge: Path) -> Iterator[Message]:
    """How people ask for a topic's matter, and its headings: whose the page is, theirs it is."""
    for folder in _topics(knowledge):
        front = read_topic_file(folder / "en.md", load_facts(knowledge)).front
        for text in _chosen(folder, ASKED):
            yield Message(text, front.owner, folder.name)


def _asked(knowledge: Path) -> Iterator[Message]:
    for folder in _topics(knowledge):
        for text in _chosen(folder, ASKED):
            yield Message(text, NONE, folder.name)


def _topics(knowledge: Path) -> list[Path]:
    return sorted(path for path in knowledge.iterdir() if (path / "asked.toml").is_file())


def _chosen(folder: Path, count: int) -> list[str]:
    questions = [question.text for question in read_asked(folder / "asked.toml")]
    return random.Random(f"{_SEED} {folder.name}").sample(questions, min(count, len(questions)))


def _counted(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each row with its place among those of its language and of its class."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key = (row[name], row["language"])
        yield seen[key], row
        seen[key] += 1
