import base64
import hashlib
import re
from itertools import pairwise
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from keepcall import resources
from keepcall.report.render import page
from keepcall.report.render.scenarios import SCENARIOS


def parse(text: str) -> LexborNode:
    root = LexborHTMLParser(text).root
    assert root
    return root


def read(report: dict[str, Any]) -> LexborNode:
    return parse(page.render(report))


@pytest.fixture(scope="session")
def faulty_page(faulty: dict[str, Any]) -> LexborNode:
    return read(faulty)


def words(element: LexborNode) -> str:
    return " ".join(element.text().split())


def one(element: LexborNode, path: str) -> LexborNode:
    (found,) = element.css(path)
    return found


def test_the_page_begins_with_the_verdict(faulty_page: LexborNode) -> None:
    header = one(faulty_page, "header")

    assert words(one(header, "h1")) == "Not conformant"
    assert words(one(header, ".target")) == "Example recorder 9.8 https://recorder.example/verba/api"
    assert words(one(header, ".why")) == "2 MUST failed: KC-SEL-07, KC-EFF-03."
    assert words(one(faulty_page, "title")).startswith("Not conformant: Example recorder 9.8")


@pytest.mark.parametrize(
    ("which", "heading"),
    [("blind", "Conformant, answers only"), ("blind_and_faulty", "Not conformant, answers only")],
)
def test_a_limited_scope_stands_in_the_first_line(which: str, heading: str, request: pytest.FixtureRequest) -> None:
    document = read(request.getfixturevalue(which))

    assert words(one(document, "h1")) == heading
    assert "answers only" in words(one(document, "title"))
    assert "the lab could not read calls back" in words(one(document, "header"))


def test_every_requirement_is_there_once_under_its_scenario(faulty: dict[str, Any], faulty_page: LexborNode) -> None:
    rows = faulty_page.css("table.requirements tbody tr")
    shown = [tuple(words(row.css("th, td")[at]) for at in (0, 1, 3)) for row in rows]

    assert sorted(shown) == sorted((r["id"], r["level"], r["verdict"]) for r in faulty["requirements"])
    names = {words(one(group, "h3")): group for group in faulty_page.css(".group")}
    used = {test["scenario"] for r in faulty["requirements"] for test in r["tests"]}
    assert list(names)[: len(used)] == [title for folder, title in SCENARIOS.items() if folder in used]
    assert [row.attributes["id"] for row in names["Ambiguous extension"].css("tbody tr")] == ["KC-SEL-07"]
    assert all("KC-UNM" in str(row.attributes["id"]) for row in names["Unmark"].css("tbody tr"))


def test_a_failure_has_expected_beside_got_and_its_evidence(faulty_page: LexborNode) -> None:
    failure = one(faulty_page, "#failure-KC-SEL-07")
    finding = failure.css(".finding")[0]

    assert words(one(finding, ".expected dd")) == "the request is refused"
    assert words(one(finding, ".got dd")) == "granted, code '0'"
    assert [pre.text().split()[0] for pre in finding.css("pre")] == ["GET", "HTTP", "curl"]
    assert "failed in 2 of 3 tests" in words(failure)


def test_the_same_finding_is_shown_once_with_its_other_situations(faulty_page: LexborNode) -> None:
    findings = one(faulty_page, "#failure-KC-SEL-07").css(".finding")

    assert len(findings) == 2
    assert words(one(findings[0], ".elsewhere summary")) == "The same in 3 more situations"


def test_a_test_that_was_run_again_says_so(conformant: dict[str, Any]) -> None:
    first, *rest = conformant["requirements"]
    again = {**first, "tests": [{**first["tests"][0], "attempts": 3}, *first["tests"][1:]]}

    document = read({**conformant, "requirements": [again, *rest]})

    assert "run again: 3 attempts" in words(one(document, f"tr#{first['id']}"))
    assert "run again" not in words(one(document, f"tr#{rest[0]['id']}"))


def test_remarks_and_what_was_not_judged_stand_apart(faulty_page: LexborNode) -> None:
    sections = {words(one(s, "h2")): s for s in faulty_page.css("section")}

    assert len(sections["Remarks"].css("article")) == 1
    judged = [words(one(article, "h3")) for article in sections["What could not be judged"].css("article")]
    assert judged == ["broken", "inconclusive", "not tested"]


def test_reasons_of_what_did_not_pass_are_given(faulty_page: LexborNode) -> None:
    assert "the profile gives no expired token" in words(one(faulty_page, "tr#KC-AUTH-05"))
    assert "the lab answered 500" in words(one(faulty_page, "tr#KC-TYPE-01"))


def test_a_target_that_is_not_there_is_told_once(unreachable: dict[str, Any]) -> None:
    article = one(read(unreachable), "section[aria-labelledby=unjudged] article")

    assert len(article.css("li")) == len(unreachable["requirements"])


def test_a_good_run_has_no_sections_for_what_is_wrong(conformant: dict[str, Any]) -> None:
    headings = [words(h2) for h2 in read(conformant).css("h2")]

    assert headings == [
        "At a glance", "All requirements", "What the profile says of the target", "What the result is bound to",
        "How to repeat it",
    ]  # fmt: skip


def test_what_has_no_test_is_named_with_the_reason(unfinished: dict[str, Any]) -> None:
    document = read(unfinished)

    assert "Without a test in this suite, and so not part of the verdict: KC-HTTP-01." in words(document)
    assert "there is no test of it yet" in words(one(document, "tr#KC-HTTP-01"))


def test_counts_are_those_of_the_report(faulty: dict[str, Any], faulty_page: LexborNode) -> None:
    header, must, should = (
        [words(cell) for cell in row.css("th, td")] for row in one(faulty_page, "table.counts").css("tr")
    )

    for level, row in (("MUST", must), ("SHOULD", should)):
        counted = {name.lower(): int(value) for name, value in zip(header, row, strict=True) if value.isdigit()}
        assert counted == faulty["counts"][level]


def test_what_to_do_to_repeat_it(faulty_page: LexborNode) -> None:
    section = one(faulty_page, "section[aria-labelledby=repeat]")

    assert "keepcall run --target PROFILE.toml --only KC-SEL-07 --only KC-EFF-03" in words(section)
    assert "KEEPCALL_API_KEY, KEEPCALL_TOKEN" in words(section)


def test_hostile_text_is_text(faulty: dict[str, Any], faulty_page: LexborNode) -> None:
    assert faulty_page.css("script, img, iframe, object, base, form") == []
    assert len(faulty_page.css("style")) == 1
    assert [
        name for e in faulty_page.css("*") for name in e.attributes if name.startswith("on") or name == "style"
    ] == []
    for place in (".got dd", "pre", ".observations td", "#notes + ul"):
        assert any("<script>alert(1)</script>" in e.text() for e in faulty_page.css(place)), place
    text = page.render(faulty)
    assert {c for c in text if not c.isprintable()} == {"\n"}
    assert "{{ 7*7 }}" in text
    assert len(text) < 500_000


def test_the_page_asks_for_nothing(faulty_page: LexborNode) -> None:
    remote = [
        value
        for element in faulty_page.css("*")
        for name, value in element.attributes.items()
        if name in {"src", "href", "srcset", "data", "poster"} and not (value or "").startswith("#")
    ]

    assert remote == []
    assert "url(" not in one(faulty_page, "style").text()
    assert "@import" not in one(faulty_page, "style").text()


def test_the_policy_allows_its_own_style_and_nothing_else(faulty: dict[str, Any]) -> None:
    text = page.render(faulty)
    policy = one(parse(text), 'meta[http-equiv="Content-Security-Policy"]').attributes["content"]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)

    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_link_leads_somewhere_and_every_id_is_there_once(faulty_page: LexborNode) -> None:
    ids = [element.attributes["id"] for element in faulty_page.css("[id]")]

    assert len(ids) == len(set(ids))
    assert {(a.attributes["href"] or "").removeprefix("#") for a in faulty_page.css("a")} <= set(ids)
    assert {e.attributes["aria-labelledby"] for e in faulty_page.css("[aria-labelledby]")} <= set(ids)


def test_headings_skip_no_level(faulty_page: LexborNode) -> None:
    levels = [int((h.tag or "")[1]) for h in faulty_page.css("h1, h2, h3, h4, h5")]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_another_program_wrote_is_rendered_with_the_least_that_the_schema_asks_for() -> None:
    report = {
        "verdict": "incomplete",
        "target": {"name": "x", "url": "http://x"},
        "requirements": [{"id": "KC-SEL-07", "level": "MUST", "verdict": "not tested", "tests": []}],
        "observations": [],
        "requests": {"sent": 0},
        "duration": 0,
    }
    resources.validator("report.schema.json").validate(report)

    assert "no test of it ran" in words(read(report))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(scheme: str, conformant: dict[str, Any]) -> None:
    blocks = re.findall(r":root \{(.*?)\}", page.render(conformant), re.DOTALL)
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", blocks[0 if scheme == "light" else 1]))
    inks = set(colours) - {"paper", "shade", "line"}

    assert len(inks) == 7
    for ink in inks:
        for ground in ("paper", "shade"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one_colour: str, other: str) -> float:
    light, dark = sorted((luminance(one_colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
