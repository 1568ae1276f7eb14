"""What Allure shows of a run: how tests are labelled, what is attached to them, and the rendered report."""

import errno
import html
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import allure
from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import AllureFileLogger

from keepcall.contract.exchange import Exchange
from keepcall.contract.outcomes import Finding
from keepcall.contract.outlet import Outlet
from keepcall.contract.requirements import Level, Requirement
from keepcall.report.allure import node
from keepcall.report.allure.node import AllureError
from keepcall.report.allure.page import finished
from keepcall.report.exchanges import texts
from keepcall.report.phrases import Report, complete, one_line

_TEST: Any = allure.dynamic  # the running test; it has no types
_RENDERING = 180.0
_PAGE = "report.html"
"""The report page, which lies in the same folder as Allure's."""

_UNWRITTEN = ".unwritten-"
"""With what the name of a file begins that says that not all results could be written."""
_LONGEST = 20_000
"""Characters of why a test ended as it did."""

_MOST = 6
"""Exchanges that are attached to one test; each file costs time, and the rest is the same again."""

# Allure 2 wants a pattern that fits the whole message (Java), Allure 3 one that is found in it (JavaScript), where
# a dot matches no line end. Both stop at what fits first when the kinds exclude each other.
_RAISED = r"^(?:[\w.]+: )?"
_REST = r"[\s\S]*"
_INCONCLUSIVE = r"[^\n]*?\b[Ii]nconclusive: "

CATEGORIES: tuple[Mapping[str, object], ...] = (
    {
        "name": "Failed requirements (MUST)",
        "matchedStatuses": ["failed"],
        "messageRegex": rf"{_RAISED}KC-[A-Z]+-[0-9]+ \(MUST\){_REST}",
    },
    {
        "name": "Remarks (SHOULD)",
        "matchedStatuses": ["failed"],
        "messageRegex": rf"{_RAISED}KC-[A-Z]+-[0-9]+ \(SHOULD\){_REST}",
    },
    {
        "name": "Inconclusive: no judgement was possible",
        "matchedStatuses": ["broken"],
        "messageRegex": rf"^{_INCONCLUSIVE}{_REST}",
    },
    {
        "name": "Broken: the suite or the lab failed, not the target",
        "matchedStatuses": ["broken"],
        "messageRegex": rf"^(?!{_INCONCLUSIVE}){_REST}",
    },
    {
        "name": "Not claimed: the profile says that the target does not offer it",
        "matchedStatuses": ["skipped"],
        "messageRegex": rf"^[^\n]*?\bnot claimed: {_REST}",
    },
    {
        "name": "Not tested: the lab or the profile cannot offer what the test needs",
        "matchedStatuses": ["skipped"],
        "messageRegex": rf"^(?![^\n]*?\bnot claimed: ){_REST}",
    },
)
"""The kinds of results that did not pass, so that an inconclusive one is not taken for a fault of the target."""


def write_categories(folder: Path) -> None:
    """Adds the kinds of results to a folder of results."""
    (folder / "categories.json").write_text(json.dumps(CATEGORIES, indent=1) + "\n", encoding="utf-8")


def write_environment(folder: Path, report: Report) -> None:
    """Adds what was tested, and what it came to, to a folder of results."""
    report = complete(report)
    values = {
        "Verdict": report["verdict"],
        "Scope": report["scope"],
        "Target": report["target"]["name"],
        "URL": report["target"]["url"],
        "Started": report["started"],
        "Requests": report["requests"]["sent"],
        "Suite": " ".join(str(value) for value in report["suite"].values()),
    }
    lines = [f"{name}={_property(str(value))}\n" for name, value in values.items() if value != ""]
    (folder / "environment.properties").write_text("".join(lines), encoding="ascii")


def _property(text: str) -> str:
    """A value as Java's properties files spell it: what is not ASCII in units of UTF-16."""
    escaped = one_line(text).replace("\\", "\\\\")
    return re.sub(r"[^ -~]", lambda match: "".join(f"\\u{unit:04x}" for unit in _units(match[0])), escaped)


def _units(character: str) -> Iterator[int]:
    spelled = character.encode("utf-16-be")
    return (int.from_bytes(spelled[at : at + 2]) for at in range(0, len(spelled), 2))


class _Writer(AllureFileLogger):
    """Writes what Allure reads, and ends no test where that is not possible, such as on a full disk."""

    def _report_item(self, item: object) -> None:
        """Writes the result of a test."""
        with self._noting():
            super()._report_item(item)  # type: ignore[no-untyped-call]

    @hookimpl
    def report_attached_data(self, body: object, file_name: str) -> None:
        """Writes a text that belongs to a test."""
        with self._noting():
            super().report_attached_data(body, file_name)  # type: ignore[no-untyped-call]

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """The error's number becomes the name of an empty file, which takes no room; other processes look for it."""
        try:
            yield
        except OSError as error:
            with suppress(OSError):
                (self._report_dir / f"{_UNWRITTEN}{error.errno or errno.EIO}").touch()


def unwritten(results: Path) -> int:
    """The number of the system's error, if a test could not leave in a folder what Allure reads; otherwise 0."""
    return next((int(path.name.removeprefix(_UNWRITTEN)) for path in results.glob(f"{_UNWRITTEN}*")), 0)


def write_leniently() -> None:
    """Has results written by `_Writer`, and no files about what tests are given: they say nothing."""
    for writer in plugin_manager.get_plugins():
        if isinstance(writer, AllureFileLogger):
            plugin_manager.unregister(writer)
            writer.__class__ = _Writer
            vars(writer)["report_container"] = None  # which is no hook
            plugin_manager.register(writer)


class _LetOut:
    """Has what Allure says of a test let out by an outlet, before any file is written."""

    def __init__(self, outlet: Callable[[], Outlet]) -> None:
        self._outlet = outlet

    @hookimpl(tryfirst=True)
    def report_result(self, result: Any) -> None:
        """Changes why a test ended as it did; its name and the like are ours."""
        if details := result.statusDetails:
            outlet = self._outlet()
            details.message = outlet.text(details.message or "", _LONGEST)
            details.trace = outlet.text(details.trace or "", _LONGEST)


def let_out_by(outlet: Callable[[], Outlet]) -> Callable[[], None]:
    """From now on, all results are let out by this outlet, until what this returns is called."""
    letting_out = _LetOut(outlet)
    plugin_manager.register(letting_out)

    def ended() -> None:
        plugin_manager.unregister(letting_out)

    return ended


def label(requirement: Requirement, scenario: str, title: str, *, failed: bool = False) -> None:
    """Says in Allure's words what the running test is about: scenario, requirement, level.

    Its links are relative, to the report page beside Allure's, so that they hold wherever the folder is moved.
    """
    must = requirement.level is Level.MUST
    _TEST.title(title)
    _TEST.description_html(_description(requirement))
    _TEST.severity("critical" if must else "minor")
    _TEST.epic("KeepCall")
    _TEST.feature(scenario.replace("_", " ").capitalize())
    _TEST.story(f"{requirement.id} {requirement.statement}")
    _TEST.tag(requirement.id, str(requirement.level))
    _TEST.link(f"{_PAGE}#{requirement.id}", name=f"{requirement.id}, its text and its verdict")
    if failed:
        _TEST.link(f"{_PAGE}#failure-{requirement.id}", name=f"{requirement.id}, its findings and their curl lines")
    _TEST.link(f"{_PAGE}#repeat", name="How to run it again")


def link_replay(requirement: str, file: str) -> None:
    """Names the counter-example that the running test has left, by its place in the run's folder."""
    _TEST.link(file, name=f"{requirement}, its counter-example for `keepcall replay`")


@lru_cache(maxsize=256)
def _description(requirement: Requirement) -> str:
    statement, source = html.escape(requirement.statement), html.escape(requirement.source)
    return f"<p><b>{requirement.id} ({requirement.level})</b> {statement}</p><p>Source: {source}</p>"


def attach(exchanges: Sequence[Exchange], findings: Iterable[Finding] = ()) -> None:
    """Attaches what was sent and what came: of a failed test what its findings show, each part by itself.

    Args:
        exchanges: all of the running test; of a test without findings they become one text.
        findings: of the running test, if it failed.
    """
    if not plugin_manager.hook.attach_data.get_hookimpls():
        return
    shown: dict[int, Exchange] = {}
    for finding in findings:
        shown |= {id(each): each for each in (finding.exchange, finding.twin) if each}
    evidence = list(shown.values())
    for number, exchange in enumerate(evidence[: _MOST // 3], start=1):
        place = f" {number} of {len(evidence)}" if len(evidence) > 1 else ""
        for name, text in zip(("request", "answer", "curl"), texts(exchange), strict=True):
            _attach(f"{name}{place}", text)
    if not evidence and exchanges:
        _attach("requests and answers", _in_one(exchanges))


def _in_one(exchanges: Sequence[Exchange]) -> str:
    told = []
    for number, exchange in enumerate(exchanges[:_MOST], start=1):
        request, answer, curl = texts(exchange)
        told.append(f"──── {number} ────\n{curl}\n\n{request.strip()}\n\n{answer.strip()}\n")
    if len(exchanges) > _MOST:
        told.append(f"… and {len(exchanges) - _MOST} more\n")
    return "\n".join(told)


def _attach(name: str, text: str) -> None:
    allure.attach(text, name=name, attachment_type=allure.attachment_type.TEXT)


def render(results: Path, output: Path, *, name: str = "KeepCall", history: Path | None = None) -> Path:
    """Allure's report on a folder of results, as one file that opens from disk and asks no other host for anything.

    Args:
        results: what `--alluredir` named.
        output: the file to write.
        name: the title of the report.
        history: where Allure keeps the results of earlier runs, and adds these; the page then shows trends.

    Raises:
        NoNodeError: when there is no Node.
        AllureError: when Allure does not come to an end.
    """
    found = node.find()
    script = node.allure(found)
    with tempfile.TemporaryDirectory(prefix="keepcall-allure-") as folder:
        work = Path(folder)
        settings = {"name": one_line(name, 200), "appendHistory": bool(history), "categories": CATEGORIES}
        settings |= {"historyPath": str(history.resolve())} if history else {}
        (work / "allurerc.json").write_text(json.dumps(settings), encoding="utf-8")
        node.run(
            [
                *(found.program, str(script), "awesome", "--single-file"),
                *("--config", str(work / "allurerc.json"), "--output", str(work / "page")),
                *("--group-by", "feature,story", "--report-language", "en"),
                *("--cwd", str(results.resolve()), "."),  # as a pattern, the folder's name may stand for others
            ],
            found,
            work,
            _RENDERING,
            failure=f"Allure could not render {results}",
        )
        page = work / "page" / "index.html"
        if not page.is_file():
            raise AllureError(f"Allure has left no page for {results}", "Is there a test result in that folder?")
        output.write_text(finished(page.read_text(encoding="utf-8"), results), encoding="utf-8")
    return output
