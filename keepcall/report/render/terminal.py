"""What a run says in the terminal: its progress, and at the end what did not pass and the verdict."""

import os
import re
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any, TextIO, cast

from rich.console import Console
from rich.text import Text

from keepcall.contract.exchange import printable, quiet
from keepcall.contract.outlet import Outlet
from keepcall.report.phrases import (
    Report,
    complete,
    counted,
    findings,
    foregone,
    messages,
    one_line,
    reasons,
    some,
    to_be_told,
)
from keepcall.report.waiving import FATAL

_WIDTH = 100
_INDENT = 6
_LONGEST = 1_000
_SHORT = 300
_MOST_IDS = 8
_WHOLE = 100_000
_BEHIND = re.compile(r"(^(?:[ \t\r]|\x1b\[[0-9;?]*[A-Za-z])*):(?=:)", re.MULTILINE)
"""Where a line begins with `::`, spaces, colours and moves of the cursor aside."""
_VERDICTS = {
    "pass": "green",
    "fail": "bold red",
    "inconclusive": "yellow",
    "broken": "magenta",
    "not tested": "cyan",
}
_TARGETS = {
    "conformant": "bold green",
    "conformant with remarks": "bold yellow",
    "not conformant": "bold red",
    "incomplete": "bold magenta",
    "partial": "bold cyan",
}
_FILES = {
    "report.html": "to read",
    "allure.html": "to read, by Allure",
    "report.json": "for programs",
    "junit.xml": "for CI",
    "summary.md": "for a pull request",
    "allure-results": "for Allure",
}


def console(file: TextIO | None = None) -> Console:
    """Where a run speaks: colour on a terminal only, and never where NO_COLOR is set.

    What is printed by `say`, and by the other functions here, acts neither on a terminal nor on what reads a log.
    """
    stream = file or sys.stdout
    tty = stream.isatty()
    return Console(
        file=cast("TextIO", _Guarded(stream, coloured=tty)),
        width=None if tty else _WIDTH,
        color_system="auto" if tty and not os.environ.get("NO_COLOR") else None,
        force_terminal=tty,
        markup=False,
        emoji=False,
        highlight=False,
    )


class _Guarded:
    """A stream that takes nothing which acts: the last thing before a terminal, or the log of a CI job.

    Lines that were wrapped begin anywhere in a text, so a command to a CI system has to be looked for once more.

    Args:
        stream: where it goes.
        coloured: whether colours and moves of the cursor are ours, and let through.
    """

    def __init__(self, stream: TextIO, *, coloured: bool) -> None:
        self._stream = stream
        self._clean = _quiet_behind_colours if coloured else printable

    def write(self, text: str) -> int:
        """Writes the text as far as it does no harm."""
        self._stream.write(self._clean(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _quiet_behind_colours(text: str) -> str:
    """Text without commands to a CI system, whatever sequences of ours they stand behind."""
    return quiet(_BEHIND.sub(r"\1\\x3a", text)) if "::" in text or "##" in text else text


def say(console: Console, text: str = "", *, outlet: Outlet | None = None) -> None:
    """Lines that are not wrapped; nothing in them acts, and no secret is in them that the outlet knows."""
    told = outlet.text(text, _WHOLE) if outlet else printable(text)
    console.print(Text(encodable(console, told)), soft_wrap=True)


def summary(report: Report, console: Console, output: Path) -> None:
    """The end of a run: verdict, what did not pass, counts, notes, where the reports are, and the verdict again."""
    report = complete(report)
    verdict = str(report["verdict"])
    style = _TARGETS.get(verdict.removesuffix(", answers only"), "bold")
    target, scope = report["target"], report["scope"]
    name = one_line(target["name"], _SHORT)
    _say(console, (verdict, style), f": {name} at {target['url']} (scope: {scope})")
    _say(console)
    before: list[str] = []
    told = to_be_told(report)
    for requirement in told:
        if requirement["tests"]:
            before = _requirement(console, requirement, before)
    for level, counts in report["counts"].items():
        _say(console, f"{level:<8}{counted(counts)}")
    if unrun := [requirement["id"] for requirement in told if not requirement["tests"]]:
        _field(console, "", f"none of whose tests was run: {some(unrun, _MOST_IDS)}", indent=8)
    if untested := foregone(report):
        _field(console, "", f"without a test in this suite: {some(untested, _MOST_IDS)}", indent=8)
    _say(console, f"{report['requests']['sent']} requests in {report['duration']:.1f} s")
    if report["observations"]:
        _say(console, f"{len(report['observations'])} observations, which are never judged, are in the report")
    _aside(console, report)
    _say(console)
    for name, purpose in _FILES.items():
        if (output / name).exists():
            _whole(console, f"{purpose:<20}{output / name}")
    _say(console)
    why = "; ".join(f"{phrase}: {some(ids, _MOST_IDS)}" if ids else phrase for phrase, ids in reasons(report))
    aside = sum(waiver["state"] == "applied" for waiver in report["waivers"])
    relaxed = f"; waivers that apply, to the exit code alone: {aside}" if aside else ""
    _say(console, "verdict: ", (verdict, style), f" ({why}{relaxed})")


def unreached(report: Report, console: Console, output: Path, reason: str) -> None:
    """The end of a run that could reach nobody, in one line, since no test was begun; waivers have theirs."""
    for waiver in report["waivers"]:
        _waiver(console, waiver)
    verdict = str(report["verdict"])
    why = f" (nothing was tested, since {reason}; reports: {output})"
    _whole(console, "verdict: ", (verdict, _TARGETS.get(verdict, "bold")), why)


def _requirement(console: Console, requirement: Report, before: list[str]) -> list[str]:
    """One that did not pass; its reasons, which need no repetition where the next one has the same."""
    verdict = requirement["verdict"]
    _whole(console, f"{requirement['id']}  {requirement['level']}  ", (verdict, _style(requirement)))
    _field(console, "", requirement["statement"])
    found = findings(requirement)
    if not found:
        told = messages(requirement)
        for message in ["as above"] if told and told == before else told[:1]:
            _field(console, "reason", message)
        _more(console, len(told) - 1 if told != before else 0, "reason")
    else:
        first = found[0]
        _field(console, "expected", first["expected"])
        _field(console, "got", first["got"])
        for label, line in zip_longest(("when",), first["context"].splitlines(), fillvalue=" "):
            _field(console, label, line)
        if first["curl"]:
            _whole(console, " " * _INDENT + first["curl"])
        _more(console, len(found) - 1, "finding")
        told = []
    _say(console)
    return told


def _aside(console: Console, report: Report) -> None:
    """What is no result: waivers and notes."""
    for waiver in report["waivers"]:
        _waiver(console, waiver)
    for note in report["notes"]:
        _field(console, "note", note, indent=0)


def _waiver(console: Console, waiver: Report) -> None:
    """A waiver with what became of it; one that nobody looks after makes the run fail, and is told so."""
    fatal = waiver["state"] in FATAL
    _whole(console, "waiver    ", (waiver["state"], "bold red" if fatal else ""), f"  {waiver['requirement']}")
    _field(console, "", f"{waiver['message']}{' (this makes the run fail)' if fatal else ''}")
    _field(console, "symptom", waiver["symptom"])
    _field(console, "by", f"{waiver['who']}, until {waiver['until']}: {waiver['why']}")


def _style(requirement: Report) -> str:
    remark = requirement["verdict"] == "fail" and requirement["level"] == "SHOULD"
    return "bold yellow" if remark else _VERDICTS.get(requirement["verdict"], "")


def _more(console: Console, number: int, what: str) -> None:
    if number > 0:
        _say(console, f"{'':{_INDENT}}+{number} more {what}{'s' if number > 1 else ''}")


def _field(console: Console, label: str, text: str, indent: int = _INDENT) -> None:
    """A text beside its label; its further lines begin where its first does."""
    margin = f"{'':{indent}}{label:<10}" if label else " " * indent
    body = Text(encodable(console, one_line(text, _LONGEST)))
    for line in body.wrap(console, max(console.width - len(margin), 20)) or ():
        line.rstrip()
        console.print(Text(margin) + line, soft_wrap=True)
        margin = " " * len(margin)


def _say(console: Console, *pieces: str | tuple[str, str]) -> None:
    """One line of text, wrapped where the terminal ends; what follows is set in, and passes for no line of ours."""
    text = _text(console, *pieces)
    margin = Text()
    for line in text.wrap(console, console.width - (2 if text.cell_len > console.width else 0)) or (Text(),):
        line.rstrip()
        console.print(margin + line, soft_wrap=True)
        margin = Text("  ")


def _whole(console: Console, *pieces: str | tuple[str, str]) -> None:
    """One line of text, never broken: what can be copied stays copyable."""
    console.print(_text(console, *pieces), soft_wrap=True)


def _text(console: Console, *pieces: str | tuple[str, str]) -> Text:
    """The pieces as literal text, some with a style; nothing in them is mark-up, and nothing acts."""
    text = Text()
    for piece, style in ((p, "") if isinstance(p, str) else p for p in pieces):
        text.append(encodable(console, printable(piece).translate({10: " ", 9: " "})), style)
    return text


def encodable(console: Console, text: str) -> str:
    """The text as this terminal's encoding can have it."""
    return text.encode(console.encoding, "backslashreplace").decode(console.encoding)
