import io
import re
from pathlib import Path
from typing import Any

import pytest

from keepcall.report.render import terminal
from keepcall.report.render.progress import Progress

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Ascii(io.StringIO):
    encoding = "ascii"


def printed(report: dict[str, Any], output: Path = Path("nowhere"), stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    terminal.summary(report, terminal.console(stream), output)
    return stream.getvalue()


@pytest.fixture
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def test_the_first_and_the_last_line_hold_the_verdict(faulty: dict[str, Any]) -> None:
    lines = printed(faulty).splitlines()

    assert lines[0] == "not conformant: Example recorder 9.8 at https://recorder.example/verba/api (scope: full)"
    assert lines[-1] == "verdict: not conformant (2 MUST failed: KC-SEL-07, KC-EFF-03)"


def test_a_limited_scope_stands_in_the_first_line(blind: dict[str, Any], blind_and_faulty: dict[str, Any]) -> None:
    assert printed(blind).startswith("conformant, answers only: ")
    assert printed(blind_and_faulty).splitlines()[0].endswith("(scope: answers only)")


def test_each_requirement_that_did_not_pass_is_told_once(faulty: dict[str, Any]) -> None:
    headings = re.findall(r"^(KC-\S+)  (MUST|SHOULD)  (.+)$", printed(faulty), re.MULTILINE)

    assert headings == [
        ("KC-SEL-07", "MUST", "fail"),
        ("KC-EFF-03", "MUST", "fail"),
        ("KC-XML-09", "SHOULD", "fail"),
        ("KC-TYPE-01", "MUST", "broken"),
        ("KC-STA-05", "MUST", "inconclusive"),
        ("KC-UNM-06", "MUST", "not tested"),
    ]


def test_a_failure_has_expected_beside_got_and_the_rest_is_counted(faulty: dict[str, Any]) -> None:
    entry = printed(faulty).split("\n\n")[1]

    assert "      expected  the request is refused\n      got       granted, code '0'\n      when      two" in entry
    assert entry.endswith("+7 more findings")


def test_a_curl_line_is_whole(faulty: dict[str, Any]) -> None:
    line = next(line for line in printed(faulty).splitlines() if line.strip().startswith("curl"))

    assert line.startswith("      curl -sS -i -G http://127.0.0.1:8080/verba/api --data-raw action=KeepCall ")
    assert line.endswith(" --data-raw status=ongoing")


def test_other_lines_fit_and_have_no_blanks_at_their_end(faulty: dict[str, Any]) -> None:
    lines = [line for line in printed(faulty).splitlines() if "curl" not in line]

    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_same_reason_is_told_once(unreachable: dict[str, Any]) -> None:
    text = printed(unreachable)

    assert text.count("connection refused") == 1
    assert text.count("reason    as above") == len(unreachable["requirements"]) - 1
    assert re.search(r"verdict: incomplete \(\d+ MUST inconclusive: KC-HTTP-01, .* and \d+ more\)$", flat(text))


def flat(text: str) -> str:
    return " ".join(text.split())


def test_counts_notes_and_reports_are_named(faulty: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "report.html").touch()
    text = printed(faulty, tmp_path)

    assert re.search(
        r"^MUST    \d+ pass, 2 fail, 1 broken, 1 inconclusive, 1 not tested, 1 not claimed\n"
        r"SHOULD  \d+ pass, 1 fail\n",
        text,
        re.MULTILINE,
    )
    assert "1234 requests in 73.2 s\n" in text
    assert f"to read             {tmp_path}/report.html\n" in text
    assert "report.json" not in text


def test_nothing_but_the_verdict_is_told_of_a_good_run(conformant: dict[str, Any]) -> None:
    text = printed(conformant)

    assert "KC-" not in text
    passed = {level: counts["pass"] for level, counts in conformant["counts"].items()}
    assert text.endswith(f"verdict: conformant ({passed['MUST']} MUST and {passed['SHOULD']} SHOULD passed)\n")


def test_what_has_no_test_is_named_apart(unfinished: dict[str, Any]) -> None:
    text = printed(unfinished)

    assert "        without a test in this suite: KC-HTTP-01\n" in text
    assert text.endswith("verdict: incomplete (the run did not come to its end)\n")


def test_hostile_text_does_not_act_and_looks_like_no_line_of_ours(faulty: dict[str, Any]) -> None:
    text = printed(faulty)

    assert {c for c in text if not c.isprintable()} == {"\n"}
    assert len([line for line in text.splitlines() if line.startswith("verdict:")]) == 1
    assert "<script>alert(1)</script>" in flat(text).replace(" ", "")
    assert "[bold red]rich[/]" in flat(text)
    assert len(text) < 20_000


@pytest.mark.usefixtures("colours")
def test_colour_comes_from_us_alone(faulty: dict[str, Any]) -> None:
    text = printed(faulty, stream=Terminal())

    assert "\x1b[1;31mnot conformant\x1b[0m" in text
    assert "\x1b" not in COLOUR.sub("", text)


@pytest.mark.usefixtures("colours")
def test_no_color_is_honoured(faulty: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in printed(faulty, stream=Terminal())


@pytest.mark.usefixtures("colours")
def test_a_file_gets_no_colour_even_where_colour_is_forced(
    faulty: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert "\x1b" not in printed(faulty)


def test_a_terminal_that_knows_ascii_only_gets_ascii(faulty: dict[str, Any]) -> None:
    assert printed(faulty, stream=Ascii()).isascii()


def ticks(stream: io.StringIO, total: int, *, failing: int = 0) -> str:
    progress = Progress(terminal.console(stream))
    progress.start(total)
    for number in range(total):
        progress.tick("fail" if number < failing else "pass", f"an [red]extension[/] is \x1b[31m found: {number}")
    progress.stop()
    return stream.getvalue()


def test_progress_is_ten_lines_where_nothing_can_change() -> None:
    lines = ticks(io.StringIO(), 538, failing=2).splitlines()

    assert len(lines) == 10
    assert lines[0] == "54 of 538 tests, 2 failed"
    assert lines[-1] == "538 of 538 tests, 2 failed"


@pytest.mark.parametrize("total", [0, 1, 3])
def test_progress_of_a_few_tests_is_a_few_lines(total: int) -> None:
    assert len(ticks(io.StringIO(), total).splitlines()) == total


@pytest.mark.usefixtures("colours")
def test_progress_on_a_terminal_is_one_line_that_goes_away() -> None:
    text = ticks(Terminal(), 40, failing=3)

    assert "40/40" in text
    assert "3 failed" in text
    assert "[red]extension[/] is \\x1b[31m" in text
    assert text.endswith("\x1b[2K")


def test_progress_stops_twice_without_harm() -> None:
    progress = Progress(terminal.console(io.StringIO()))
    progress.stop()
    progress.start(1)
    progress.stop()
    progress.stop()
