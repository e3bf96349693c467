"""The three languages of a topic side by side, and the headings of all topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from app.domain import LANGUAGES, Language
from app.knowledge.page import TopicPage, TopicSection
from app.knowledge.problem import Problem
from app.knowledge.reading import word_count
from app.lemmas import fold

# Words that say the same, measured over the sections of 94 topics: 1 : 1.31 : 1.58 (medians 1.305 and 1.581).
WORDS_PER_FINNISH_WORD: dict[Language, float] = {"fi": 1.0, "sv": 1.31, "en": 1.58}
WIDEST = 4 / 3
_COMPARABLE = 20  # Finnish words of the longest version; below, one sentence more is already a third


def topic_problems(
    topic: str, written: Mapping[Language, str], pages: Mapping[Language, TopicPage]
) -> Iterator[Problem]:
    """`written` has the path of each language's file that is there, `pages` those of them that could be read."""
    for language in LANGUAGES:
        if language not in written:
            message = f"the topic {topic} has no page in {language}"
            yield Problem(f"{topic}/{language}.md", language, "missing_translation", message)
    if not pages:
        return
    first = next(pages[language] for language in LANGUAGES if language in pages)
    paired = {language: page for language, page in pages.items() if _anchors(page) == _anchors(first)}
    for language in pages.keys() - paired.keys():
        yield Problem(written[language], language, "unpaired_anchors", _difference(first, pages[language]))
    yield from _uneven(written, paired)
    yield from _owned_by_several(written, paired)


def shared_headings(pages: Iterable[tuple[str, TopicPage]]) -> Iterator[Problem]:
    """`pages` with their paths."""
    places: dict[tuple[Language, str], list[tuple[str, TopicSection]]] = defaultdict(list)
    for path, page in pages:
        for section in page.sections:
            heading = " ".join(fold(section.heading).strip("?!. ").split())
            places[page.language, heading].append((path, section))
    for (language, _), sections in places.items():
        for path, section in sections[1:]:
            earlier, same = sections[0]
            message = f"“{section.heading}” is also the heading of {earlier}#{same.anchor}"
            yield Problem(path, language, "shared_heading", message, section.anchor)


def _owned_by_several(written: Mapping[Language, str], paired: Mapping[Language, TopicPage]) -> Iterator[Problem]:
    for versions in zip(*(page.sections for page in paired.values()), strict=True):
        first = versions[0]
        for language, section in zip(paired, versions, strict=True):
            if section.owner != first.owner:
                message = f"#{section.anchor} is {section.owner}'s here and {first.owner}'s in another language"
                yield Problem(written[language], language, "unequal_owner", message, section.anchor)


def _anchors(page: TopicPage) -> list[str]:
    return [section.anchor for section in page.sections]


def _difference(first: TopicPage, page: TopicPage) -> str:
    expected, anchors = _anchors(first), _anchors(page)
    lost, extra = set(expected) - set(anchors), set(anchors) - set(expected)
    if lost or extra:
        return f"missing: {', '.join(sorted(lost)) or '-'}; not in {first.language}: {', '.join(sorted(extra)) or '-'}"
    wanted, found = next(pair for pair in zip_longest(expected, anchors) if pair[0] != pair[1])
    return f"the order differs: #{found} stands where {first.language} has #{wanted}"


def _uneven(written: Mapping[Language, str], pages: Mapping[Language, TopicPage]) -> Iterator[Problem]:
    """Sections of which one version is longer than another by more than a third."""
    for sections in zip(*(page.sections for page in pages.values()), strict=True):
        versions = dict(zip(pages, sections, strict=True))
        counts = {language: word_count(section.written, language) for language, section in versions.items()}
        alike = {language: count / WORDS_PER_FINNISH_WORD[language] for language, count in counts.items()}
        longest, shortest = max(alike, key=alike.__getitem__), min(alike, key=alike.__getitem__)
        if alike[longest] >= _COMPARABLE and alike[longest] > alike[shortest] * WIDEST:
            more = alike[longest] / max(alike[shortest], 1) - 1
            shown = ", ".join(f"{language} {count}" for language, count in counts.items())
            message = f"{shortest} is the shortest and {longest} longer by {more:.0%} (words: {shown})"
            yield Problem(written[shortest], shortest, "uneven_length", message, versions[shortest].anchor)
