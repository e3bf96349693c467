"""Makes `app/weights/lemmas/` again from simplemma's dictionaries (two minutes): `python -m eval.training.lemmas`.

A dictionary of inflected forms becomes a decision list over word endings: for each ending the smallest set of
(ending, rule) pairs with which the longest matching ending of every form of the dictionary gives its lemma. This is
the aggregation of routing tables (Draves and others, 1999; Fitch's parsimony on the tree of reversed words). Nothing is
lost for the dictionary's own words, 4.7 million forms become 300,000 endings, and unknown words get the rule of the
words that end most like them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import marisa_trie
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from app.domain import LANGUAGES, Language
from app.lemmas import END, FOLDER, RULE_FORMAT, UNDOTTED, fold, lemma_key, plain

CORRECTIONS = Path(__file__).parent / "lemma_corrections.toml"
_FINNISH_PARTICIPLES = ("nut", "nyt", "tu", "ty", "va", "vä")
# A lemma that the dictionary itself reduces further stays a lemma of its own where so many forms lead to it. Not in
# English, where these are old pasts and comparatives: found, better.
_OWN_LEMMA_FORMS = 3

Rule = tuple[int, str]


def compile_language(language: Language, folder: Path) -> dict[str, str]:
    """Write the files of a language and return their SHA-256 digests by name."""
    forms = corrected(read_forms(language), language)
    lists = {"endings": decision_list(forms)}
    if language in UNDOTTED:
        lists["undotted"] = decision_list({plain(form): plain(lemma) for form, lemma in sorted(forms.items())})
    rules = [rule for rule, _ in Counter(rule for pairs in lists.values() for _, rule in pairs).most_common()]
    number = {rule: position for position, rule in enumerate(rules)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in lists.items():
        records = [(ending, (number[rule],)) for ending, rule in sorted(pairs)]
        marisa_trie.RecordTrie(RULE_FORMAT, records).save(str(folder / f"{language}.{name}"))
    marisa_trie.Trie(sorted(map(lemma_key, set(forms.values())))).save(str(folder / f"{language}.lemmas"))
    lines = "".join(f"{cut}\t{add}\n" for cut, add in rules)
    (folder / f"{language}.rules").write_text(lines, encoding="utf-8")
    return {path.name: digest(path) for path in sorted(folder.glob(f"{language}.*"))}


def read_forms(language: Language) -> dict[str, str]:
    """The dictionary as folded form -> folded lemma; the entry of a lower-case form goes before that of a name."""
    lower: dict[str, str] = {}
    names: dict[str, str] = {}
    for form, lemma in DefaultDictionaryFactory().get_dictionary(language).items():
        target = lower if form == form.lower() else names
        target.setdefault(fold(form), fold(lemma))
    return names | lower


def corrected(forms: dict[str, str], language: Language) -> dict[str, str]:
    """Bring forms that belong together to one lemma, where the dictionary does not."""
    forms = _settled(forms, language)
    corrections = tomllib.loads(CORRECTIONS.read_text(encoding="utf-8"))[language]
    same: dict[str, str] = corrections.get("same", {})
    forms = {form: same.get(lemma, lemma) for form, lemma in forms.items()}
    for lemma, words in corrections.get("forms", {}).items():
        forms |= dict.fromkeys([lemma, *words.split()], lemma)
    return forms


def _settled(forms: dict[str, str], language: Language) -> dict[str, str]:
    """Make every lemma its own lemma: a word of its own stays (`musta`, not `minä`), a mere form goes on (`tehnyt`)."""
    popular = Counter(forms.values())
    reduced = {lemma: forms[lemma] for lemma in popular if forms.get(lemma, lemma) != lemma}
    own = {lemma for lemma, base in reduced.items() if _is_own(lemma, base, popular[lemma], language)}
    forms = forms | {lemma: lemma for lemma in own}
    return {form: forms.get(lemma, lemma) for form, lemma in forms.items()}


def _is_own(lemma: str, base: str, forms: int, language: Language) -> bool:
    participle = language == "fi" and lemma.endswith(_FINNISH_PARTICIPLES) and base.endswith(("a", "ä"))
    return language != "en" and forms >= _OWN_LEMMA_FORMS and not participle


@dataclass(slots=True)
class _Node:
    """A branching of the tree of reversed words; `votes` are the rules that the fewest children would overrule."""

    ending: str
    votes: dict[Rule, int] | None
    children: list[_Node] = field(default_factory=list)


def decision_list(forms: dict[str, str]) -> list[tuple[str, Rule]]:
    """The (reversed ending, rule) pairs; the longest ending that a word has decides."""
    root = _tree(sorted((form[::-1] + END, _rule(form, lemma)) for form, lemma in forms.items()))
    chosen: list[tuple[str, Rule]] = []
    waiting: list[tuple[_Node, Rule | None, int]] = [(root, None, -1)]
    while waiting:
        node, rule, above = waiting.pop()
        votes = node.votes or {}
        if rule not in votes:
            rule = max(votes, key=votes.__getitem__)
            chosen.append((node.ending[: above + 1], rule))
        waiting.extend((child, rule, len(node.ending)) for child in node.children)
    return chosen


def _tree(items: list[tuple[str, Rule]]) -> _Node:
    path = [_Node("", None)]
    before = ""
    for ending, rule in items:
        shared = _shared_length(before, ending)
        while len(path[-1].ending) > shared:
            node = _counted(path.pop())
            if len(path[-1].ending) < shared:
                path.append(_Node(ending[:shared], None, [node]))
                break
            path[-1].children.append(node)
        path.append(_Node(ending, {rule: 1}))
        before = ending
    while len(path) > 1:
        node = _counted(path.pop())
        path[-1].children.append(node)
    return _counted(path[0])


def _counted(node: _Node) -> _Node:
    if node.votes is not None:
        return node
    children: Counter[Rule] = Counter()
    words: Counter[Rule] = Counter()
    for child in node.children:
        votes = child.votes or {}
        children.update(votes.keys())
        words.update(votes)
    most = max(children.values())
    node.votes = {rule: words[rule] for rule, count in children.items() if count == most}
    return node


def _rule(form: str, lemma: str) -> Rule:
    shared = _shared_length(form, lemma)
    return len(form) - shared, lemma[shared:]


def _shared_length(one: str, other: str) -> int:
    shortest = min(len(one), len(other))
    return next((i for i in range(shortest) if one[i] != other[i]), shortest)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make app/weights/lemmas/ again from simplemma's dictionaries.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    digests: dict[str, str] = {}
    for language in LANGUAGES:
        digests |= compile_language(language, folder)
        sys.stdout.write(f"{language} done\n")
    manifest = {
        "simplemma": version("simplemma"),
        "marisa-trie": version("marisa-trie"),
        "corrections": digest(CORRECTIONS),
        "files": digests,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
