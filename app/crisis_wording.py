"""Everything that is said to somebody in danger, on one page for the people who review it."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain import LANGUAGES
from app.emergency import helping_sections
from app.errors import KnowledgeError
from app.knowledge import Facts
from app.other_languages import told
from app.patterns import patterns
from app.texts import text

HEADING = "# Crisis wording, for review"
LEAD = (
    "What the service says when a message tells of danger: the first words, the numbers, and the section that is "
    "quoted below. The sentences stand in `app/locales/`, the numbers in `knowledge/facts.toml`."
)
PERHAPS = (
    "## Beside an answer, where a message may tell of danger (`{lines}`: 112, the crisis helpline, more of its kind)"
)
OTHERS = "## Said to those who write in another language"
UNREVIEWED = "No native speaker has reviewed these."


def crisis_wording(facts: Facts) -> str:
    """Markdown: each class of danger with its first words in three languages and where its numbers come from.

    Raises:
        KnowledgeError: a sentence or a table names a number that `facts` lacks.
    """
    try:
        classes = list(_classes(facts))
    except KeyError as error:
        raise KnowledgeError(f"facts.toml lacks {error}, which the crisis wording names") from None
    perhaps = (f"* **{code}** {text('notices.perhaps_danger', code, lines='{lines}')}" for code in LANGUAGES)
    others = (f"* **{other.code}** ({other.name}) {other.text}" for other in told().values())
    parts = [HEADING, "", LEAD, "", *classes, PERHAPS, "", *perhaps, "", OTHERS, "", UNREVIEWED, "", *others]
    return "\n".join(parts) + "\n"


def _classes(facts: Facts) -> Iterator[str]:
    numbers = {name: str(fact.value) for name, fact in facts.items() if fact.kind == "phone"}
    for kind, entry in patterns()["emergency"].items():
        yield from (f"## {kind}", "")
        yield from (f"* **{code}** {text(f'emergency.{kind}', code, **numbers)}" for code in LANGUAGES)
        yield from ("", "| number | who answers | from | page's date | to be read again |", "|---|---|---|---|---|")
        for name in entry["helplines"]:
            fact = facts[name]
            called = " / ".join(text(f"helplines.{name}", code) for code in LANGUAGES)
            yield f"| {fact.value} | {called} | {fact.source} | {fact.as_of or '–'} | {fact.review_by or '–'} |"
        sections = ", ".join(f"`{topic}#{anchor}`" for topic, anchor in helping_sections(kind))
        yield from ("", f"Quoted below where nothing else answers, the first or the one found: {sections}", "")
