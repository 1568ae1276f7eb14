"""Report and certificate in a real browser, from disk, without a network."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from keepcall.contract import requirements
from keepcall.report.certificate import certificate, typesetting
from keepcall.report.history import History
from keepcall.report.render import page, trend

if TYPE_CHECKING:
    from tests.report.browser.conftest import Seen

See = Callable[[Path], "Seen"]
ROWS = "return [...document.querySelectorAll('.requirements tbody tr')].filter(row => row.checkVisibility())"
AXE = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
  found => done(found.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))])),
  error => done([['critical', String(error), []]]))"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, recorded: dict[str, Any]) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    issue = certificate.Issue(on=date(2026, 11, 24), by="Example Laboratories")
    refused = certificate.refusals(recorded, requirements.load())
    made = {
        "report": page.render(recorded),
        "certificate": typesetting.html(certificate.view(recorded, issue, refused)),
        "trend": trend.render(History((recorded, {**recorded, "started": "2026-11-25T09:00:00Z"}))),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("name", ["report", "certificate", "trend"])
def test_it_opens_from_disk_without_an_error_and_asks_for_nothing(
    pages: dict[str, Path], see: See, name: str
) -> None:
    seen = see(pages[name])

    assert (seen.errors, seen.requests) == ([], [])
    assert seen.ask("return window.owned === undefined && document.querySelectorAll('script').length") == 0


@pytest.mark.parametrize("look", [("light", 1200), ("dark", 1200), ("light", 360), ("dark", 360)], ids=str)
@pytest.mark.parametrize("name", ["report", "certificate", "trend"])
def test_axe_finds_nothing(
    pages: dict[str, Path], see: See, independent: Callable[[str], Path], name: str, look: tuple[str, int]
) -> None:
    seen = see(pages[name])
    seen.emulate(scheme=look[0], width=look[1])
    seen.driver.execute_script((independent("axe-core") / "axe.min.js").read_text(encoding="utf-8"))

    assert seen.driver.execute_async_script(AXE) == []


@pytest.mark.parametrize("name", ["report", "certificate", "trend"])
def test_nothing_is_wider_than_a_phone(pages: dict[str, Path], see: See, name: str) -> None:
    seen = see(pages[name])
    seen.emulate(width=360)

    assert seen.ask("return document.documentElement.scrollWidth") <= 360


def shown(seen: "Seen") -> set[tuple[str, str, str]]:
    script = f"{ROWS}.map(row => [row.id, row.dataset.level, row.dataset.verdict])"
    return {tuple(each) for each in seen.ask(script)}


def click(seen: "Seen", name: str) -> None:
    seen.ask(f"document.getElementById('{name}').click()")


def test_all_requirements_are_shown_and_agree_with_the_report(
    pages: dict[str, Path], see: See, recorded: dict[str, Any]
) -> None:
    expected = {(r["id"], r["level"], r["verdict"]) for r in recorded["requirements"]}

    assert shown(see(pages["report"])) == expected


def test_filters_by_verdict_and_by_level_show_what_they_say(
    pages: dict[str, Path], see: See, recorded: dict[str, Any]
) -> None:
    seen = see(pages["report"])
    click(seen, "show-pass")
    click(seen, "show-should")

    expected = {
        (r["id"], r["level"], r["verdict"])
        for r in recorded["requirements"]
        if r["verdict"] != "pass" and r["level"] == "MUST"
    }
    assert shown(seen) == expected
    told = seen.ask("return getComputedStyle(document.querySelector('.shown'), '::before').content")
    assert told.startswith("counter(")
    click(seen, "show-pass")
    click(seen, "show-should")
    assert len(shown(seen)) == len(recorded["requirements"])


def test_filters_are_reached_and_used_by_keyboard(pages: dict[str, Path], see: See) -> None:
    seen = see(pages["report"])
    before = len(shown(seen))
    box = seen.driver.find_element(By.ID, "show-pass")
    box.send_keys(Keys.SPACE)

    assert seen.ask("return document.activeElement.id") == "show-pass"
    assert len(shown(seen)) < before
    assert seen.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_filter_hides_nothing_from_print(pages: dict[str, Path], see: See, recorded: dict[str, Any]) -> None:
    seen = see(pages["report"])
    click(seen, "show-pass")
    seen.emulate(media="print")

    assert len(shown(seen)) == len(recorded["requirements"])
    assert seen.ask("return document.querySelector('.filters').checkVisibility()") is False


def test_the_link_to_a_failure_leads_to_it(pages: dict[str, Path], see: See) -> None:
    seen = see(pages["report"])
    targets = seen.ask("return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))")

    assert targets
    assert seen.ask(f"return {targets!r}.filter(name => !document.getElementById(name))") == []
