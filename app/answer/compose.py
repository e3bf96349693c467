"""An Answer of each status, from what the steps found and the fixed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from app.answer import notices
from app.answer.quoting import Draft
from app.domain import (
    Answer,
    AnswerSentence,
    Citation,
    Completeness,
    Evidence,
    HandOff,
    Helpline,
    Language,
    Notice,
    Owner,
    Passage,
    Question,
    Reason,
    Retrieved,
    Status,
    Understood,
    Urgent,
)
from app.texts import text, texts

HINTS = 2  # nearest sources shown when there is no answer
READY = 3  # questions to go on with
NEARLY = 1.0  # difference of scores: the other section is then right in about a third of the cases
NOTHING_NEAR = 0.33  # share of the threshold below which nothing found is worth showing as a near miss


def answered(
    question: Question,
    understood: Understood,
    draft: Draft,
    found: Retrieved,
    contact: HandOff,
    today: date,
) -> Answer:
    """The draft's sentences with their citations; the owner's contact where it is not the city."""
    owner = draft.passages[0].owner
    of_sources = notices.of_the_sources(draft, understood.language, today)
    if understood.emergency:  # the page's date stands at the citation; doubt helps nobody in danger
        of_sources = [notice for notice in of_sources if notice.code != "source_old"]
    return replace(
        _base(question, understood, Status.ANSWERED),
        text=written(draft.sentences),
        confidence=round(found.probability, 3),
        sentences=draft.sentences,
        citations=draft.citations,
        owner=owner,
        hand_off=None if owner == Owner.ESPOO else contact,
        suggestions=_ready_questions(_beside(draft, found.evidence), understood.language),
        completeness=Completeness.PARTIAL if draft.open_clauses else Completeness.COMPLETE,
        notices=(
            *notices.of_the_question(understood),
            *(notices.open_clause(clause, understood.language) for clause in draft.open_clauses),
            *of_sources,
        ),
    )


def with_others(answer: Answer, others: Sequence[str]) -> Answer:
    """With how to reach those whose matter another part of the question is, a line each."""
    return replace(answer, notices=(*answer.notices, *notices.other_owners(others, answer.language)))


def with_help(answer: Answer, lines: Sequence[Helpline]) -> Answer:
    """With a notice that names who helps in danger."""
    named = " ".join(f"{text(f'helplines.{line.name}', answer.language)}: {line.phone}." for line in lines)
    said = Notice("perhaps_danger", text("notices.perhaps_danger", answer.language, lines=named))
    return replace(answer, notices=(said, *answer.notices))


def unanswered(question: Question, understood: Understood, found: Retrieved, threshold: float, desk: HandOff) -> Answer:
    """What is not known, where to look, and who can help."""
    weak = found.probability >= NOTHING_NEAR * threshold and bool(found.evidence)
    reason = Reason.WEAK_SOURCE if weak else Reason.NO_SOURCE
    language = understood.language
    said = f"{text(f'unanswered.{reason}', language)} {text('unanswered.ask_desk', language, name=desk.name)}"
    return replace(
        _base(question, understood, Status.UNANSWERED),
        text=said,
        reason=reason,
        confidence=round(found.probability, 3),
        sentences=(AnswerSentence(said),),
        citations=_hints(found.evidence) if weak else (),
        suggestions=_ready_questions(found.evidence, language) if weak else (),
        hand_off=desk,
    )


def elsewhere(unanswered: Answer) -> Answer:
    """What is asked of another municipality, whose services its own people know."""
    said = text("unanswered.elsewhere", unanswered.language)
    return replace(unanswered, text=said, sentences=(AnswerSentence(said),))


def smalltalk(question: Question, understood: Understood, desk: HandOff) -> Answer:
    said = text(f"smalltalk.{understood.smalltalk}", understood.language, name=desk.name)
    return replace(
        _base(question, understood, Status.SMALLTALK),
        text=said,
        confidence=1.0,
        sentences=(AnswerSentence(said),),
        suggestions=texts("suggestions.items", understood.language),
        hand_off=desk if understood.smalltalk in ("person", "human", "complaint") else None,
    )


def declined(question: Question, understood: Understood) -> Answer:
    """One polite sentence, and what can be asked instead."""
    said = text("declined.text", understood.language)
    return replace(
        _base(question, understood, Status.DECLINED),
        text=said,
        confidence=1.0,
        sentences=(AnswerSentence(said),),
        suggestions=texts("suggestions.items", understood.language),
    )


def clarify(question: Question, understood: Understood, choices: tuple[str, ...]) -> Answer:
    """What may be meant, as questions that have an answer."""
    said = text("clarify.text", understood.language)
    return replace(
        _base(question, understood, Status.CLARIFY), text=said, sentences=(AnswerSentence(said),), choices=choices
    )


def personal(
    question: Question, understood: Understood, contact: HandOff, owner: Owner | None, rest: Answer | None
) -> Answer:
    """Who sees the person's own matter, or who can tell; below it what the documents say of such matters."""
    said = text("personal.text" if owner else "personal.unknown", understood.language, name=contact.name)
    base = rest or _base(question, understood, Status.PERSONAL)
    return replace(
        base,
        status=Status.PERSONAL,
        text="\n\n".join(part for part in (said, base.text) if part),
        sentences=(AnswerSentence(said), *base.sentences),
        owner=owner,
        hand_off=contact,
    )


def referred(unanswered: Answer, contact: HandOff, owner: Owner, about: str) -> Answer:
    """Whose matter it is instead of what is not known."""
    said = text("referred.text", unanswered.language, name=contact.name, about=about)
    return replace(
        unanswered,
        status=Status.REFERRED,
        reason=None,
        text=said,
        sentences=(AnswerSentence(said),),
        owner=owner,
        hand_off=contact,
    )


def emergency(question: Question, understood: Understood, helplines: Sequence[Helpline], rest: Answer | None) -> Answer:
    """The number first; the rest of the question is answered below."""
    language = understood.language
    said = _first_words(understood, {line.name: line.phone for line in helplines})
    urgent = Urgent(said, tuple(Helpline(text(f"helplines.{line.name}", language), line.phone) for line in helplines))
    base = rest or _base(question, understood, Status.EMERGENCY)
    return replace(
        base,
        status=Status.EMERGENCY,
        confidence=1.0,
        text="\n\n".join(part for part in (said, base.text) if part),
        sentences=(AnswerSentence(said), *base.sentences),
        suggestions=(),  # near by their words alone, they hurt
        hand_off=base.hand_off if understood.besides else None,  # the numbers come first
        urgent=urgent,
    )


def preceded(answer: Answer, said: str) -> Answer:
    """What is said in the asker's own language, before an answer in one that the service speaks; 112 comes first."""
    own = AnswerSentence(said)
    if answer.urgent:
        rest = answer.text.removeprefix(answer.urgent.text)
        sentences = (answer.sentences[0], own, *answer.sentences[1:])
        return replace(answer, text=f"{answer.urgent.text}\n\n{said}{rest}", sentences=sentences)
    return replace(answer, text=f"{said}\n\n{answer.text}", sentences=(own, *answer.sentences))


def failed(question: Question, understood: Understood | None, desk: HandOff) -> Answer:
    """A fault of ours, said plainly, with the desk's contact."""
    language = understood.language if understood else question.language or "fi"
    said = text("failed.text", language, name=desk.name)
    return Answer(
        id=question.id,
        conversation_id=question.conversation_id,
        question=understood.written if understood else "",
        standalone=understood.standalone if understood else "",
        status=Status.FAILED,
        language=language,
        text=said,
        sentences=(AnswerSentence(said),),
        hand_off=desk,
    )


def written(sentences: Sequence[AnswerSentence]) -> str:
    """Running text: a marker after each run from one source, steps numbered, list items on lines of their own."""
    runs = groupby(sentences, key=lambda sentence: sentence.citations)
    return "\n\n".join(_run(list(run)) + "".join(f" [{number}]" for number in numbers) for numbers, run in runs)


def _run(sentences: list[AnswerSentence]) -> str:
    if len(sentences) == 1:
        return sentences[0].text  # one line of a list is no list
    lines: list[str] = []
    step = 0
    before = ""
    for sentence in sentences:
        step = step + 1 if sentence.kind == "step" else 0
        if sentence.kind == before == "text":
            lines[-1] += f" {sentence.text}"
        else:
            lines.append({"text": "", "item": "– ", "step": f"{step}. "}[sentence.kind] + sentence.text)
        before = sentence.kind
    return "\n".join(lines)


def _first_words(understood: Understood, numbers: dict[str, str]) -> str:
    """The sentence with the numbers; 112 alone where another number is not known."""
    try:
        return text(f"emergency.{understood.emergency}", understood.language, **numbers)
    except KeyError:
        return text("emergency.danger", understood.language, emergency_number="112")


def _base(question: Question, understood: Understood, status: Status) -> Answer:
    return Answer(
        id=question.id,
        conversation_id=question.conversation_id,
        question=understood.written,
        standalone=understood.standalone,
        status=status,
        language=understood.language,
        text="",
        notices=notices.of_the_question(understood),
    )


def _ready_questions(evidence: Sequence[Evidence], language: Language) -> tuple[str, ...]:
    """The headings of the nearest sections in the asker's language, where they are questions that can be asked as they
    stand.
    """
    headings = dict.fromkeys(each.passage.heading for each in evidence if each.passage.language == language)
    return tuple(heading for heading in headings if heading.endswith("?"))[:READY]


def _beside(draft: Draft, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Sections that were nearly as near as the quoted one, and may be what was meant."""
    best = max((each.score for each in evidence), default=0.0)
    return [each for each in evidence if each.passage not in draft.passages and best - each.score < NEARLY]


def _hints(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """The nearest sources, one per document, as "this may help"."""
    near: dict[str, Passage] = {}
    for item in evidence:
        near.setdefault(item.passage.document_id, item.passage)
    return tuple(
        Citation(number, passage.heading, passage.source)
        for number, passage in enumerate(list(near.values())[:HINTS], start=1)
    )
