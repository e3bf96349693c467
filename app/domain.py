"""The words of the service as frozen values. Nothing here does I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")


class Owner(StrEnum):
    """Who is responsible for a matter."""

    ESPOO = "espoo"
    WESTERN_UUSIMAA = "western-uusimaa"
    KELA = "kela"
    MIGRI = "migri"
    DVV = "dvv"
    VERO = "vero"
    HSL = "hsl"
    POLICE = "police"
    TRAFICOM = "traficom"
    OMNIA = "omnia"
    OTHER = "other"


class Channel(StrEnum):
    WIDGET = "widget"
    STAFF = "staff"
    API = "api"
    EVAL = "eval"


class Status(StrEnum):
    """What became of a question: the first that applies, in this order."""

    EMERGENCY = "emergency"
    DECLINED = "declined"
    SMALLTALK = "smalltalk"
    PERSONAL = "personal"
    CLARIFY = "clarify"
    ANSWERED = "answered"
    REFERRED = "referred"
    UNANSWERED = "unanswered"
    FAILED = "failed"


HINTING = (Status.UNANSWERED, Status.REFERRED)  # their citations come near; nothing of them was quoted


class Reason(StrEnum):
    """Why a question in scope stays unanswered."""

    NO_SOURCE = "no_source"
    WEAK_SOURCE = "weak_source"
    CONFLICTING_SOURCES = "conflicting_sources"


class Completeness(StrEnum):
    COMPLETE = "complete"
    PARTIAL = "partial"


class Mode(StrEnum):
    QUOTING = "quoting"
    GENERATING = "generating"


PieceKind = Literal["text", "item", "step"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence, bullet or numbered step of a passage: the smallest thing that is quoted."""

    text: str
    kind: PieceKind = "text"


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation points to. `as_of` is the date of the page's own text, or unknown."""

    title: str
    url: str
    anchor: str
    language: Language
    publisher: str
    owner: Owner
    as_of: date | None
    checked_on: date | None
    document_id: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document along its headings: the unit that is indexed, retrieved and cited.

    `id` is `<document_id>#<anchor>`, with `~2`, `~3` … when a long section was split. `headings` is the path of
    headings above the text, without the title. `page_title` and `page_language` are those of the official page behind
    a text of ours, where it has one. `digest` is over everything that is embedded (title, headings, text).
    """

    id: str
    document_id: str
    anchor: str
    topic: str | None
    language: Language
    title: str
    headings: tuple[str, ...]
    text: str
    pieces: tuple[Piece, ...]
    url: str
    publisher: str
    owner: Owner
    audience: tuple[str, ...] = ()
    as_of: date | None = None
    checked_on: date | None = None
    valid_until: date | None = None
    reviewed: bool = False
    draft: bool = False
    page_title: str = ""
    page_language: Language | None = None
    digest: str = ""

    @property
    def embedded_text(self) -> str:
        """What the models read, and what `digest` is over."""
        return ". ".join((self.title, *self.headings, self.text))

    @property
    def heading(self) -> str:
        """The nearest heading, or the title where the passage stands above the first one."""
        return self.headings[-1] if self.headings else self.title

    @property
    def source(self) -> Source:
        return Source(
            self.page_title or self.title, self.url, self.anchor, self.page_language or self.language, self.publisher,
            self.owner, self.as_of, self.checked_on, self.document_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation with what was answered, masked. `choices`: what could be picked there."""

    question: str
    standalone: str
    answer: str = ""
    status: Status | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked in one turn, as the door received it (not yet masked)."""

    text: str
    id: str
    conversation_id: str
    channel: Channel
    language: Language | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    passage: Passage
    score: float
    probability: float
    dense: float = 0.0
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the later steps see it: masked text only. `masked` names the kinds of personal data taken out.

    `written`: as it was typed, masked. `text`: as it was meant (app/writing.py), which is what all that follows reads.
    `own` and `joined` (to `earlier`, a question before) are given where the search has to tell which of them is meant;
    `leaning`: log of how much likelier it leans on that one than not. `corrects`: it says that one was not meant.
    `declined`: an attempt to make the assistant do something else. `off_topic`: probably nothing for the city's advice,
    if not answered. `personal`: somebody's own file or a decision. `perhaps`: helplines of a danger it may tell of.
    `told_before`: that of a turn before. `besides`: not only help is asked.
    """

    written: str
    text: str
    standalone: str
    language: Language
    masked: tuple[str, ...] = ()
    emergency: str | None = None
    helplines: tuple[str, ...] = ()
    smalltalk: str | None = None
    other_language: str | None = None
    own: str = ""
    joined: str = ""
    earlier: str = ""
    leaning: float = 0.0
    corrects: bool = False
    declined: bool = False
    off_topic: bool = False
    personal: bool = False
    perhaps: tuple[str, ...] = ()
    told_before: str = ""
    besides: bool = False


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found, best first, and how likely the best answers. `degraded`: the vector store did not answer.

    `signs` are the inputs of the calibration (app/scorer.py), kept for training.
    """

    evidence: tuple[Evidence, ...]
    probability: float
    degraded: bool = False
    signs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    number: int
    quote: str
    source: Source


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    text: str
    citations: tuple[int, ...] = ()
    kind: PieceKind = "text"


@dataclass(frozen=True, slots=True)
class Notice:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """Who can help, and how to reach them. `opens_at` is set when they are closed now; `chat` and `callback` (a form to
    be called back) are addresses; `languages` are codes of those in which they serve.
    """

    name: str
    url: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    open_now: bool | None = None
    opens_at: datetime | None = None
    languages: tuple[str, ...] = ()
    chat: str = ""
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """Shown first when somebody may be in danger."""

    text: str
    helplines: tuple[Helpline, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    conversation_id: str
    question: str
    standalone: str
    status: Status
    language: Language
    text: str
    mode: Mode = Mode.QUOTING
    reason: Reason | None = None
    completeness: Completeness = Completeness.COMPLETE
    confidence: float = 0.0
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    owner: Owner | None = None
    urgent: Urgent | None = None
    notices: tuple[Notice, ...] = ()
    choices: tuple[str, ...] = ()
    hand_off: HandOff | None = None
    suggestions: tuple[str, ...] = ()
    build: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
