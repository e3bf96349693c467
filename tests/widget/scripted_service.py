"""Run as a program: the real server around an assistant that answers by a script. Usage: scripted_service.py DATA_DIR PORT.

The first word of a question chooses what happens; SCRIPTS names them all.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from app.assistant import Assistant
from app.domain import (
    Answer,
    AnswerSentence,
    Citation,
    HandOff,
    Helpline,
    Notice,
    Owner,
    Question,
    Source,
    Status,
    Urgent,
)
from app.events import Event, Finished, Progress, Reset, SentenceReady, Started
from app.logs import configure_logs
from app.main import create_app
from app.question_log import QuestionLog
from app.serving import run_server
from app.settings import Settings
from tests.api.conftest import DESK, ScriptedAssistant

PAUSES = {"slow": 0.8, "half": 50}  # seconds after the first sentence
MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> &amp; {{1}} ${1}"
CLOSED = replace(DESK, open_now=False, opens_at=datetime.now(UTC) + timedelta(days=2), address="Suomenlahdentie 1")
KELA = HandOff("Kela", "https://www.kela.fi", "020 634 0200", "", "", True)
PAGE = Source(
    "Verokortti", "https://www.vero.fi/verokortti", "card", "fi", "Vero", Owner.VERO, date(2026, 2, 5), None, "web/1"
)
SAYINGS = [
    AnswerSentence("Get your tax card like this:", (1,)),
    AnswerSentence("Log in to MyTax.", (1,), "step"),
    AnswerSentence("Order the card.", (1,), "step"),
    AnswerSentence("It is free.", (2,), "item"),
    AnswerSentence("It comes by post.", (2,), "item"),
]
CITED = (
    Citation(1, "Kirjaudu OmaVeroon. Tilaa kortti.", PAGE),
    Citation(2, "It is free.", replace(PAGE, title="Tax card", language="en", as_of=None, url="javascript:alert(1)")),
)


class Player(ScriptedAssistant):
    async def stream(self, question: Question) -> AsyncIterator[Event]:
        script = question.text.split()[0].lower()
        answer = _answer(question, script)
        yield Started(question.id, question.conversation_id)
        yield Progress("understand")
        if script == "reset":
            yield SentenceReady(AnswerSentence("A voided sentence.", (1,)), CITED[:1])
            await asyncio.sleep(0.4)
            yield Reset()
        for number, sentence in enumerate(answer.sentences):
            if script in PAUSES and number == 1:
                await asyncio.sleep(PAUSES[script])
            yield SentenceReady(sentence, tuple(c for c in CITED if c.number in sentence.citations))
        self.record(answer, question.channel)
        yield Finished(answer)


def _answer(question: Question, script: str) -> Answer:
    base = Answer(
        question.id, question.conversation_id, question.text, question.text, Status.ANSWERED, question.language or "en",
        " ".join(sentence.text for sentence in SAYINGS), sentences=tuple(SAYINGS), citations=CITED, owner=Owner.VERO,
    )  # fmt: skip
    said = _said(base, f"This is {script}.")
    match script:
        case "markup":
            source = replace(PAGE, title=MARKUP, publisher=MARKUP, url='https://example.org/"onclick="x')
            return replace(
                _said(base, MARKUP), citations=(Citation(1, MARKUP, source),), suggestions=(MARKUP,), choices=(MARKUP,),
                notices=(Notice("x", MARKUP),), hand_off=HandOff(MARKUP, "javascript:alert(1)", "1", "a@b?<x>"),
            )  # fmt: skip
        case "referred":
            return replace(said, status=Status.REFERRED, owner=Owner.KELA, hand_off=KELA, suggestions=("When?",))
        case "nobody":
            return replace(said, owner=Owner.OTHER, hand_off=CLOSED)
        case "personal":
            return replace(said, status=Status.PERSONAL, hand_off=CLOSED, citations=())
        case "clarify":
            return replace(said, status=Status.CLARIFY, choices=("Bus ticket?", "Parking ticket?"), citations=())
        case "declined":
            return replace(said, status=Status.DECLINED, suggestions=("How do I get a tax card?",), citations=())
        case "failed":
            return replace(said, status=Status.FAILED, hand_off=CLOSED, citations=())
        case "unanswered":
            return replace(said, status=Status.UNANSWERED, hand_off=CLOSED, suggestions=("How do I get a tax card?",))
        case "emergency":
            urgent = Urgent("If you are in danger now, call 112.", (Helpline("Emergency number", "112"),))
            first = AnswerSentence(urgent.text)
            return replace(base, status=Status.EMERGENCY, urgent=urgent, sentences=(first, *SAYINGS))
        case "noticed":
            notices = (
                Notice("source_old", "The page is from 5 February 2020."),
                Notice("partial", "I found no answer to this part."),
            )
            return replace(base, notices=notices, hand_off=KELA)
    return base


def _said(base: Answer, text: str) -> Answer:
    return replace(base, text=text, sentences=(AnswerSentence(text, (1,)),))


SCRIPTS = ("answered", "noticed", "emergency", "unanswered", "referred", "personal", "clarify", "declined", "failed")


if __name__ == "__main__":
    settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), port=int(sys.argv[2]))
    configure_logs("WARNING")
    log = QuestionLog.open(settings)
    player = Player(lambda answer, channel: log.record(answer, channel=channel))
    run_server(settings, create_app(settings, assistant=cast(Assistant, player), log=log))
    log.close()
