"""The widget as a person meets it: by roles, names and visible text."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from app.domain import Language
from app.texts import text


@dataclass(frozen=True)
class Widget:
    page: Page
    language: Language = "en"

    def say(self, key: str, **values: str) -> str:
        return text(f"widget.{key}", self.language, **values)

    def open(self) -> Widget:
        self.page.get_by_role("button", name=self.say("launcher"), exact=True).click()
        expect(self.field).to_be_visible()
        return self

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.say("question"))

    @property
    def last(self) -> Locator:
        """The last question with its answer."""
        return self.page.locator("li.exchange").last

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(key), exact=True)

    def send(self, question: str) -> Widget:
        self.field.fill(question)
        self.field.press("Enter")
        return self

    def ask(self, question: str) -> Locator:
        """The answer, when it is there and announced."""
        self.send(question)
        self.ready()
        return self.last

    def ready(self) -> None:
        expect(self.page.locator(".waiting")).to_have_count(0)
        expect(self.page.locator("[role=status]")).to_contain_text(self.say("ready").rstrip("."))

    def give_up(self) -> None:
        """Lets the page's clock (installed before) run ahead through the pauses between tries until there are no more.

        Slowly enough that a busy machine's reply comes before the widget's own limit of 75 s.
        """
        for _ in range(48):
            if not self.page.locator(".waiting").count():
                return
            self.page.clock.fast_forward(1_500)
            self.page.wait_for_timeout(50)

    def bottom(self) -> None:
        self.page.locator(".scroll").evaluate("box => box.scrollTop = box.scrollHeight")
