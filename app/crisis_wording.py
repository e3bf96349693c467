"""Everything that is said to somebody in danger, on one page for the people who review it."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain import LANGUAGES
from app.emergency import helping_section
from app.knowledge import Facts
from app.other_languages import told
from app.patterns import patterns
from app.texts import text

HEADING = "# Crisis wording, for review"
LEAD = (
    "What the service says when a message tells of danger: the first words, the numbers, and the section that is quoted "
    "below. The sentences stand in `app/locales/`, the numbers in `knowledge/facts.toml`."
)
OTHERS = "## Said to those who write in another language"
UNREVIEWED = "No native speaker has reviewed these."


def crisis_wording(facts: Facts) -> str:
    """Markdown: each class of danger with its first words in three languages and where its numbers come from.

    Raises:
        KeyError: a sentence names a number that `facts` lacks.
    """
    return "\n".join([HEADING, "", LEAD, "", *_classes(facts), OTHERS, "", UNREVIEWED, "", *_other_languages()]) + "\n"


def _classes(facts: Facts) -> Iterator[str]:
    numbers = {name: str(fact.value) for name, fact in facts.items() if fact.kind == "phone"}
    for kind, entry in patterns()["emergency"].items():
        yield from (f"## {kind}", "")
        yield from (f"* **{code}** {text(f'emergency.{kind}', code, **numbers)}" for code in LANGUAGES)
        yield from ("", "| number | who answers | from | page's date | to be read again |", "|---|---|---|---|---|")
        for name in entry["helplines"]:
            fact = facts[name]
            cells = (fact.value, text(f"helplines.{name}", "en"), fact.source, fact.as_of or "–", fact.review_by or "–")
            yield f"| {' | '.join(map(str, cells))} |"
        yield from ("", f"Quoted below, where nothing else answers: `{'#'.join(helping_section(kind))}`", "")


def _other_languages() -> Iterator[str]:
    yield from (f"* **{other.code}** ({other.name}) {other.text}" for other in told().values())
