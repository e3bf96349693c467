"""The report: one file that needs nothing else, holds every wrong case, and lets no text of a case be markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from app.languages import Detected
from eval.__main__ import cli
from eval.mistakes import mistakes
from eval.records import write_records
from eval.report import Run, render
from eval.understanding.languages import measure_languages
from eval.understanding.tally import Tally
from tests.eval.made import record, refused, unanswerable

HOSTILE = """</style></title><script>document.title = "x"</script><img src=x onerror="document.title='x'">"'&{{ 7 * 7 }}\u202e"""
RECORDS = [
    record("right", confidence=0.9),
    record("section", cited="kela-card", confidence=0.8),
    record("fact", text="It costs 54 euros.", confidence=0.8),
    refused("refusal", 0.4, history=("Before?",)),
    unanswerable("answer", 0.9, "answered", topic=None),
    unanswerable("none", 0.1),
    *(record(str(n), language, confidence=0.7) for n in range(3) for language in ("fi", "sv")),
]
RUN = Run({"parts": ["train"], "threshold": 0.66}, RECORDS)


def page(run: Run = RUN, before: Run | None = None) -> LexborHTMLParser:
    return LexborHTMLParser(render(run, {"tax-card": ("worker",)}, before))


def text(html: LexborHTMLParser) -> str:
    return " ".join(html.body.text().split()) if html.body else ""


def test_every_wrong_case_is_listed_under_its_gravest_mistake() -> None:
    assert [(one.record.case.id, one.kinds) for one in mistakes(RECORDS)] == [
        ("answer", ("wrong answer",)),
        ("section", ("wrong section",)),
        ("fact", ("missing fact",)),
        ("refusal", ("wrong refusal",)),
    ]
    both = record("both", cited="kela-card", text="Nothing.")
    assert mistakes([both])[0].kinds == ("wrong section", "missing fact")
    shown = [case.text() for case in page().css("details.case")]
    assert len(shown) == 4
    for part in ("When?", "an answer from tax-card#when", "kela-card#what", "It costs 54 euros.", "month or months"):
        assert part in shown[2]
    assert "Before?" in shown[3]


def test_figures_charts_and_the_threshold_in_use_are_there() -> None:
    html = page()
    for heading in ("Summary", "By language", "By topic", "By audience", "By style", "Reliability", "Answer or refuse"):
        assert heading in [node.text() for node in html.css("h2")]
    assert len(html.css("svg.bar")) > 20
    assert all(node.attributes.get("aria-hidden") or node.css_first("title") for node in html.css("svg"))
    assert [node.text() for node in html.css("text.marked")] == ["in use: 0.66"]
    assert "Confidence 0.9 to 1.0: 50% of 2 right." in html.css_first("#reliability-text").text()
    assert not html.css("#differences")


def test_it_needs_nothing_else_and_allows_only_its_own_style() -> None:
    source = render(RUN, {}, RUN)
    html = LexborHTMLParser(source)
    style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    policy = html.css_first("meta[http-equiv]").attributes["content"] or ""
    assert policy.startswith("default-src 'none'") and f"'sha256-{digest}'" in policy
    assert not html.css("script, link, img, iframe, [style], [src], [onclick]")
    assert all((node.attributes["href"] or "").startswith("#") for node in html.css("[href]"))
    assert "url(" not in source and "@import" not in source


def test_text_of_a_case_is_never_markup() -> None:
    hostile = [
        record(
            HOSTILE, question=HOSTILE, text=HOSTILE, topic=HOSTILE, style=HOSTILE, gold=(HOSTILE,), ranked=(HOSTILE,)
        ),
        refused("b", 0.3, question=HOSTILE, history=(HOSTILE,), cited=HOSTILE),
    ]
    before = [refused(HOSTILE, 0.3, question=HOSTILE), record("b", question=HOSTILE, history=(HOSTILE,))]
    html = page(Run({HOSTILE: HOSTILE}, hostile), Run({HOSTILE: HOSTILE}, before))
    assert not html.css("script, img, iframe, [onerror]")
    assert text(html).count("{{ 7 * 7 }}") > 10


def test_differences_and_changed_cases_with_a_run_before() -> None:
    before = [refused(one.case.id, 0.3) if one.case.id == "right" else one for one in RECORDS]
    html = page(RUN, Run({"threshold": 0.75}, before))
    assert "Changed cases (1)" in text(html)
    assert "better" in html.css_first("details.case").text()
    assert "Over the 12 cases" in text(html)
    assert "0.75" in html.css("table")[-1].text()


def test_an_empty_run_and_one_of_one_case_have_a_report() -> None:
    assert "nothing to measure" in text(page(Run({}, [])))
    assert "nothing to measure" in text(page(Run({}, []), RUN))
    assert "Over the 0 cases" in text(page(RUN, Run({}, [])))
    assert "Wrong cases (0)" in text(page(Run({"threshold": 0.5}, [record(gold=())])))


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    answers, out = tmp_path / "answers.jsonl", tmp_path / "new" / "report.html"
    write_records(answers, {"parts": ["train"]}, RECORDS)
    # Half a sign, as JSON may hold it and UTF-8 may not.
    answers.write_text(answers.read_text(encoding="utf-8").replace('"When?"', r'"\ud800?"'), encoding="utf-8")
    done = CliRunner().invoke(cli, ["report", str(answers), "--before", str(answers), "--out", str(out), "--json"])
    assert json.loads(done.stdout) == {"cases": 12, "file": str(out)}
    assert out.read_text(encoding="utf-8").endswith("</html>")
    assert CliRunner().invoke(cli, ["report", str(tmp_path / "none.jsonl"), "--out", str(out)]).exit_code == 2


def test_a_browser_takes_it_from_the_disk_on_a_phone(tmp_path: Path) -> None:
    long = record("long", question="ä" * 300, text="Nothing.", topic="t" * 60, confidence=0.5)
    run = Run({"threshold": 0.66, "embedding_digest": "a" * 64, "parts": ["train"]}, [*RECORDS, long])
    (tmp_path / "report.html").write_text(render(run, {}, run), encoding="utf-8")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        tab = browser.new_page(viewport={"width": 320, "height": 640})
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto((tmp_path / "report.html").as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = tab.evaluate("document.documentElement.scrollWidth")
        styled = tab.evaluate("getComputedStyle(document.querySelector('.track')).fill !== 'rgb(0, 0, 0)'")
        browser.close()
    assert (complaints, wide, styled) == ([], 320, True)


def test_understanding_has_its_figures_and_matrices(tmp_path: Path) -> None:
    tally = Tally()
    for expected, found in (("violence", "violence"), ("violence", "none"), ("child", HOSTILE)):
        tally.add(expected, found, "fi")
    told = measure_languages([{"text": "tere", "language": "et"}], lambda text: Detected("en", 1.0))
    measured = {"part": "train", "dangers": {"recall": tally.table()}, "languages": told, "time": {"p50_ms": 1.0}}
    answers, out, file = tmp_path / "answers.jsonl", tmp_path / "report.html", tmp_path / "understanding.json"
    write_records(answers, {"parts": ["train"]}, RECORDS)
    file.write_text(json.dumps(measured), encoding="utf-8")
    command = ["report", str(answers), "--understanding", str(file), "--out", str(out)]
    assert CliRunner().invoke(cli, command).exit_code == 0
    html = LexborHTMLParser(out.read_text(encoding="utf-8"))
    parts = [section.text() for section in html.css("section.understood")]
    assert len(parts) == 2 and "Languages: accuracy" in parts[0] and "Dangers: recall" in parts[1]
    assert "0.333" in parts[1]
    matrix = html.css("table.matrix")[1]
    assert [cell.text() for cell in matrix.css("thead th")] == ["is", "child", "violence", HOSTILE, "none"]
    assert [cell.text() for cell in matrix.css("tbody tr")[1].css("td")] == ["", "1", "", "1"]
    assert not html.css("script")
    file.write_text("not JSON", encoding="utf-8")
    assert CliRunner().invoke(cli, command).exit_code == 2
