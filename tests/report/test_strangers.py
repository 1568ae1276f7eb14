"""What others say does no harm, wherever it is shown: each output is looked at by what reads it, and nothing acts.

Each text of `tests/data/hostile_texts.json` stands in every place where a target, a lab or a profile can put one.
"""

import io
import json
import re
import shutil
import subprocess
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree import ElementTree as ET

import pytest
from allure_commons import plugin_manager
from allure_commons.model2 import StatusDetails
from allure_commons.model2 import TestResult as AllureResult
from lxml import etree
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from keepcall import resources
from keepcall.cli import main
from keepcall.cli.commands import check, plan, replay
from keepcall.contract.exchange import printable
from keepcall.contract.outlet import Outlet
from keepcall.errors import LabError, UsageError
from keepcall.lab.offer import Offer
from keepcall.report import raw
from keepcall.report.allure import results
from keepcall.report.certificate import certificate, typesetting
from keepcall.report.comparison import compare
from keepcall.report.history import History
from keepcall.report.render import differences, formats, page, terminal, trend
from keepcall.report.render.progress import Progress
from keepcall.report.verdict import Exit
from keepcall.run.dry_run import DryRun, Traffic
from keepcall.run.hooks.messages import _changed
from keepcall.run.preflight import ReadinessItem

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

Report = dict[str, Any]
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ISSUE = certificate.Issue(on=date(2026, 11, 24), by="<script>window.owned=1</script>")


def acting_lines(text: str) -> list[str]:
    """Lines of a log that a CI system would carry out.

    GitHub's runner looks for `::` at the start of a line, white space aside, and for `##[` in it; that of Azure for
    `##[` and `##vso[`, TeamCity for `##teamcity[`, GitLab for a section with its carriage return. All of them may
    have taken colours out before, and .NET's lines end at carriage returns, too.
    """
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", COLOUR.sub("", text))
    return [
        line
        for line in lines
        if line.strip().lstrip("\u200b\ufeff").startswith("::")
        or re.search(r"##\[|##\w+\[|section_(?:start|end):\d+:[^\r]*\r", line)
    ]


def harm(text: str, more: str = "") -> list[str]:
    """What acts in a text: characters that nobody prints, commands to a CI system, lines that pass for ours."""
    found = [hex(ord(c)) for c in text if c not in f"\n\t{more}" and not c.isprintable()]
    return found + acting_lines(text)


def texts_of(value: object) -> Iterator[str]:
    """All texts of a JSON value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts_of(item))
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def written(strangers: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strangers")
    raw.write(strangers, folder / "report.json")
    formats.write(strangers, folder)
    return folder


def test_there_are_enough_texts_and_each_would_act(hostile_texts: dict[str, str]) -> None:
    """A text that harms nobody tests nothing: those that act by their characters are found by what looks for them."""
    assert len(hostile_texts) >= 60
    assert len(set(hostile_texts.values())) == len(hostile_texts)
    for text in hostile_texts.values():
        assert harm(text) or re.search(r"[<>&`*_#$|\"'\\@~=\[%{]|owned|evil", text)


def test_the_raw_report_is_valid_and_holds_nothing_that_acts(strangers: Report, written: Path) -> None:
    text = (written / "report.json").read_text(encoding="utf-8")

    assert list(resources.validator("report.schema.json").iter_errors(json.loads(text))) == []
    assert harm(text) == []
    assert [told for each in texts_of(strangers) if (told := harm(each))] == []


@pytest.mark.parametrize("name", formats.FORMATS)
def test_no_file_holds_what_acts_on_a_terminal_or_in_a_log(written: Path, name: str) -> None:
    assert harm((written / formats.FORMATS[name].file).read_text(encoding="utf-8")) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["a log", "a terminal"])
@pytest.mark.parametrize("columns", [40, 41, 43, 47, 80])
def test_nothing_acts_at_the_end_of_a_run(
    strangers: Report, monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(terminal, "_WIDTH", columns)
    out = stream()

    terminal.summary(strangers, terminal.console(out), Path("nowhere"))

    assert harm(COLOUR.sub("", out.getvalue())) == []
    assert acting_lines(out.getvalue()) == []
    assert len(re.findall(r"^verdict: ", COLOUR.sub("", out.getvalue()), re.MULTILINE)) == 1
    assert "\x1b]" not in out.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["a log", "a terminal"])
@pytest.mark.parametrize("command", ["::error::owned", "##vso[owned]", "##teamcity[owned]", "##[error]owned"])
def test_no_command_begins_where_a_line_is_wrapped(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], command: str
) -> None:
    monkeypatch.setattr(terminal, "_WIDTH", 60)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    out = stream()
    console = terminal.console(out)

    for length in range(80):
        terminal._field(console, "got", f"{'x' * length} {command}")
        terminal._say(console, f"{'x' * length} {command}")
        terminal._say(console, f"{'x' * length}{command}", (f"{command}", "bold red"))

    assert acting_lines(out.getvalue()) == []


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["a log", "a terminal"])
def test_nothing_acts_in_what_is_said_or_in_the_progress(
    hostile_texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO]
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    out = stream()
    console = terminal.console(out)
    progress = Progress(console)

    for text in hostile_texts.values():
        terminal.say(console, text)
        terminal.say(console, text, outlet=Outlet())
    assert harm(out.getvalue()) == []
    progress.start(len(hostile_texts))
    for text in hostile_texts.values():
        progress.tick("fail", text)
    progress.stop()

    assert acting_lines(out.getvalue()) == []
    assert not set(COLOUR.sub("", out.getvalue())) & set("\x1b\x07\x08\x9b\x9d\x00\u202e\u2066\u200b")


def rendered(markdown: str) -> LexborHTMLParser:
    """A Markdown text as a lenient renderer has it, that lets HTML through."""
    return LexborHTMLParser(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    )


OURS = {"html", "head", "body", "h2", "h3", "p", "ul", "li", "strong", "code"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("name", ["summary", "comparison"])
def test_nothing_acts_in_markdown(strangers: Report, written: Path, other_run: Report, name: str) -> None:
    text = (written / "summary.md").read_text(encoding="utf-8")
    if name == "comparison":
        text = differences.as_markdown(compare(other_run, strangers))

    tree = rendered(text)

    assert {node.tag for node in tree.css("*")} <= OURS
    assert {attribute for node in tree.css("*") for attribute in node.attributes} <= {"style"}
    for code in tree.css("code"):
        code.decompose()
    outside = tree.text()
    assert re.findall(r"owned|evil|@\w|GH-1|~~|\$\w", outside) == []
    assert harm(text) == []


@pytest.fixture
def other_run(strangers: Report) -> Report:
    """The same target before, when it had other names, verdicts and answers: all of it changed since."""
    shifted = [each["answer"] for each in strangers["observations"]]
    observations = [
        {**each, "answer": answer}
        for each, answer in zip(strangers["observations"], [*shifted[1:], shifted[0]], strict=True)
    ]
    requirements = [
        {**each, "verdict": "pass", "tests": [{**test, "verdict": "pass", "message": ""} for test in each["tests"]]}
        for each in strangers["requirements"]
    ]
    target = {**strangers["target"], "name": "before", "says": ["before"]}
    return raw.sealed({**strangers, "observations": observations, "requirements": requirements, "target": target})


@pytest.mark.parametrize("form", [differences.as_text, differences.as_markdown, differences.as_json])
def test_nothing_acts_in_a_comparison(strangers: Report, other_run: Report, form: Callable[[Any], str]) -> None:
    for found in (compare(other_run, strangers), compare(strangers, other_run)):
        assert found.observations
        assert found.of("regression") or found.of("improvement")
        assert harm(form(found)) == []


def test_nothing_acts_in_junit_xml(written: Path) -> None:
    for parser in (etree.XMLParser(resolve_entities=True, load_dtd=True), etree.XMLParser(huge_tree=True)):
        root = etree.parse(written / "junit.xml", parser).getroot()
        said = [text for each in root.iter() for text in (*each.itertext(), *each.attrib.values())]

        assert {each.tag for each in root.iter()} == {
            *("testsuites", "testsuite", "properties", "property"), *("testcase", "failure", "error", "skipped"),
        }  # fmt: skip
        assert [told for text in said if (told := harm(str(text)))] == []
        assert "owned" in "".join(map(str, said))


@pytest.mark.parametrize("name", ["ctrf.json", "badge.json"])
def test_nothing_acts_in_what_programs_read(written: Path, name: str) -> None:
    found = json.loads((written / name).read_text(encoding="utf-8"))

    assert [told for text in texts_of(found) if (told := harm(text))] == []


def test_a_badge_says_nothing_but_the_verdict(written: Path, strangers: Report) -> None:
    root = ET.parse(written / "badge.svg").getroot()

    assert {each.tag.rpartition("}")[2] for each in root.iter()} == {"svg", "title", "clipPath", "rect", "g", "text"}
    assert "".join(root.itertext()).strip().endswith(strangers["verdict"])


@pytest.mark.parametrize("make", [
    page.render,
    lambda report: trend.render(History((report, report), tuple(report["notes"]))),
    lambda report: typesetting.html(certificate.view(report, ISSUE, report["notes"])),
], ids=["report", "trend", "certificate"])  # fmt: skip
def test_a_page_has_no_element_that_others_have_written(strangers: Report, make: Callable[[Report], str]) -> None:
    text = make(strangers)
    tree = LexborHTMLParser(text)

    assert {node.tag for node in tree.css("script, img, iframe, form, base, object, animate, textarea")} == set()
    attributes = {(name, value) for node in tree.css("*") for name, value in node.attributes.items()}
    assert {name for name, _ in attributes if name.startswith("on")} == set()
    assert {
        value for name, value in attributes if name in ("href", "src") and not str(value).startswith("#")
    } == set()
    assert harm(text) == []


def test_a_certificate_typesets_every_text_as_text(strangers: Report, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(typesetting.pdf(certificate.view(strangers, ISSUE, strangers["notes"]), ISSUE))

    if program := shutil.which("pdftotext"):
        done = subprocess.run([program, str(path), "-"], capture_output=True, encoding="utf-8", check=True)
        words = "".join(done.stdout.split())
        assert '#panic("owned")' in words
        assert '#read("/etc/passwd")' in words
        assert "root:x:0" not in words
        assert acting_lines(done.stdout) == []


def test_nothing_acts_in_what_allure_reads(strangers: Report, hostile_texts: dict[str, str], tmp_path: Path) -> None:
    stop = results.let_out_by(Outlet)
    try:
        for text in hostile_texts.values():
            result = AllureResult(statusDetails=StatusDetails(message=text, trace=f"{text}\n{text}"))
            plugin_manager.hook.report_result(result=result)
            assert harm(result.statusDetails.message) == []
            assert harm(result.statusDetails.trace) == []
    finally:
        stop()
    results.write_environment(tmp_path, strangers)

    lines = (tmp_path / "environment.properties").read_text(encoding="ascii").splitlines()
    assert [line.partition("=")[0] for line in lines] == [
        *("Verdict", "Scope", "Target", "URL", "Started", "Requests", "Suite"),
    ]  # fmt: skip


class Told:
    """A part of what pytest tells, as its own have it."""

    def __init__(self, text: str) -> None:
        self.lines = [text]
        self.chain = [(text, None)]
        self.reprlocals = text

    def toterminal(self) -> None:
        """What pytest's own have, too."""


def test_nothing_acts_in_what_pytest_tells(hostile_texts: dict[str, str]) -> None:
    for text in hostile_texts.values():
        told = _changed([Told(text), ("a file", 1, text), text], printable, ["reprlocals"])

        assert harm("".join((*told[0].lines, told[0].chain[0][0]))) == []
        assert told[0].reprlocals is None
        assert [harm(told[1][2]), harm(told[2]), told[1][1]] == [[], [], 1]


def run_in_a_shell(line: str, folder: Path) -> list[str]:
    """The words that a program gets which a shell is told to start by this line."""
    start = 'curl() { printf "%s\\0" "$@"; }; keepcall() { curl "$@"; }\n'
    done = subprocess.run(
        ["sh", "-c", start + line], cwd=folder, capture_output=True, check=True, timeout=20,
        env={"PATH": "/usr/bin:/bin", "KEEPCALL_API_KEY": "key"},
    )  # fmt: skip
    assert done.stderr == b""
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def test_a_shell_carries_nothing_out_but_the_line_itself(strangers: Report, tmp_path: Path) -> None:
    curls = [
        item["curl"]
        for each in strangers["requirements"]
        for test in each["tests"]
        for item in test.get("evidence", ())
    ]
    assert len(curls) > 20

    words = [run_in_a_shell(line, tmp_path) for line in [*curls, printable(strangers["command"])]]

    assert all(word[0] in ("-sS", "run") for word in words)
    assert list(tmp_path.iterdir()) == []


def test_nothing_acts_in_what_check_plan_and_replay_say(
    hostile_texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    texts = list(hostile_texts.values())
    name = "\n".join(texts)
    spelled = "".join(f"\\U{ord(c):08x}" for c in name if not 0xD800 <= ord(c) < 0xE000)
    (tmp_path / "target.toml").write_text(
        f'name = "{spelled}"\nurl = "http://127.0.0.1:9/"\ncredentials.api_key = "the-key"\n', encoding="utf-8"
    )
    monkeypatch.setattr(check, "look", lambda _: [ReadinessItem("target", "good", text) for text in texts])
    monkeypatch.setattr(check, "at_lab", lambda _: (ReadinessItem("lab", "good", name), Offer()))
    for command in (check, plan):
        monkeypatch.setattr(command, "dry_run", lambda *_, **__: DryRun(Traffic(), (), ()))

    codes = [main.main([command, str(tmp_path / "target.toml")]) for command in ("check", "plan")]
    for text in texts:
        replay._told(terminal.console(), text, Exit.CONFORMANT)

    said = capsys.readouterr()
    assert codes == [0, 0], said.err
    assert harm(said.out) == []
    assert harm(said.err) == []
    assert "#panic" in said.out


def test_nothing_acts_in_an_error(
    hostile_texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_: Namespace) -> NoReturn:
        raise UsageError(next(texts), "the remedy")

    monkeypatch.setattr(main, "import_module", lambda _: SimpleNamespace(add_arguments=lambda _: None, main=failing))
    texts = iter(hostile_texts.values())

    codes = [main.main(["run"]) for _ in hostile_texts]

    said = capsys.readouterr().err
    assert codes == [2] * len(hostile_texts)
    assert harm(said) == []
    assert said.count("\nthe remedy\n") == len(hostile_texts)


def test_an_error_that_leaves_an_outlet_says_nothing_that_acts(hostile_texts: dict[str, str]) -> None:
    for text in hostile_texts.values():
        with pytest.raises(LabError) as caught, Outlet().guarding():
            raise LabError(text, text)

        assert harm(str(caught.value) + str(caught.value.args)) == []


@pytest.fixture
def everywhere(serve: "Callable[..., RawServer]", hostile_texts: dict[str, str]) -> "RawServer":
    """A target, and its lab, that says another text each time: as reason, in header fields and in the body."""
    texts = cycle(text.encode("utf-8", "surrogatepass") for text in hostile_texts.values())

    def answer(request: bytes) -> "Script":
        text = next(texts)
        line = re.sub(rb"[\r\n]", b" ", text)
        body = json.dumps({"implementation": text.decode("utf-8", "replace"), "version": "1"}).encode()
        body = body if b"/health " in request else text
        head = b"HTTP/1.1 %s %s\r\nServer: %s\r\nContent-Type: %s\r\nLocation: /%s\r\nContent-Length: %d\r\n\r\n"
        status = b"200" if b"/health " in request else next(statuses)
        return [head % (status, line, line, line, line, len(body)) + body]

    statuses = cycle((b"200", b"500", b"302", b"201", b"404"))
    return serve(answer, keeps_alive=False)


def test_nothing_acts_in_all_that_a_run_writes_and_says(
    everywhere: "RawServer", monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", "--url", everywhere.url, "--api-key", "the-key", "--token", "the-token", "--lab", everywhere.url]

    code = main.main([*words, "--only", "KC-AUTH-01", "KC-ACT-01", "--output", "out", "--history", "history"])

    said = capfd.readouterr()
    assert code in (1, 3)
    assert len(everywhere.requests) > 5
    assert [harm(said.out), harm(said.err)] == [[], []]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name: told for path in files if (told := harm(path.read_text(encoding="utf-8")))} == {}
    assert any("allure" in str(path) for path in files)
    page_of_it = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "owned" in page_of_it
    assert LexborHTMLParser(page_of_it).css("script, img, iframe, form, base, object") == []
