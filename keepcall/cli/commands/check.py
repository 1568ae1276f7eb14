"""`keepcall check`: whether a target is ready for a run, and what a run would test, without changing a call."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.text import Text

from keepcall.cases.generation.budget import Budget
from keepcall.cli.arguments import add_target, sources, target_of
from keepcall.contract import requirements
from keepcall.contract.outlet import Outlet
from keepcall.errors import InternalError
from keepcall.report.render.terminal import console, say
from keepcall.report.result import Result
from keepcall.report.verdict import Exit, of_requirement
from keepcall.run.dry_run import dry_run
from keepcall.run.harness import redactor_of
from keepcall.run.preflight import ReadinessItem, at_lab, look
from keepcall.run.reference import embedded_target

_STYLES = {"good": "green", "bad": "bold red", "unknown": "yellow"}
_LONGEST = 300


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Looks whether a target is there, speaks KeepCall and knows the credentials, and what its lab offers; then "
        "tells for each requirement whether a run would test it. It sends a few requests, which change no call. "
        "Before that it lists which variables and files the profile reads, and which program it starts."
    )
    parser.epilog = "exit codes: 0 ready for a run; 2 the command line or the profile is wrong; 3 not ready"
    parser.add_argument("profile", nargs="?", type=Path, metavar="PROFILE", help="the target's profile")
    add_target(parser)


def main(arguments: Namespace) -> int:
    """The exit code: whether the target is ready.

    Raises:
        UsageError: naming what is wrong.
    """
    arguments.target = arguments.target or arguments.profile
    out = console()
    with ExitStack() as stack:
        target = target_of(arguments) or stack.enter_context(embedded_target())
        outlet = Outlet(redactor_of(target))
        say(out, f"{target.name} at {target.url}", outlet=outlet)
        for source in sources(arguments):
            say(out, f"{source.verb:<13}{source.name}, for {source.place}", outlet=outlet)
        say(out)
        ready = True
        for finding in look(target):
            _finding(out, finding, outlet)
            ready = ready and finding.state != "bad"
        lab, offer = at_lab(target)
        _finding(out, lab, outlet)
        ready = ready and lab.state != "bad"
    dry = dry_run(target, Budget(0, 1), observing="no", offer=offer)
    if dry.problems:
        raise InternalError("the dry run of the suites failed: " + "; ".join(dry.problems))
    say(out)
    sure = target.lab.kind != "command" or offer.declared
    _table(out, dry.results, "will be tested" if sure else "will be tested, if the program can do all of it")
    return Exit.CONFORMANT if ready else Exit.INCOMPLETE


def _finding(out: Console, finding: ReadinessItem, outlet: Outlet) -> None:
    label = Text(f"{finding.about:<13}")
    state = Text(f"{finding.state:<9}", style=_STYLES[finding.state])
    out.print(label + state + Text(outlet.line(finding.message)), soft_wrap=True)


def _table(out: Console, results: Iterable[Result], tested: str) -> None:
    """For each requirement: will be tested, cannot be tested and why, not claimed."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.requirement, []).append(result)
    for requirement in requirements.load():
        told = requirement.not_tested_reason or _told(found.get(requirement.id, []), tested)
        say(out, f"{requirement.id:<13}{requirement.level:<8}{told}")


def _told(results: list[Result], tested: str) -> str:
    """What a dry run shows: only what was not carried out counts, since a stand-in always answers as it must."""
    verdict = of_requirement(results)
    untested = [result for result in results if result.verdict == "not tested" and not result.out_of_scope]
    reasons = list(dict.fromkeys(result.message for result in untested))
    match verdict:
        case "not claimed":
            return "not claimed"
        case "out of scope":
            return "cannot be tested: the lab cannot read a call back"
        case "not tested":
            parts = f"{len(untested)} of {len(results)} tests " if len(untested) < len(results) else ""
            return f"cannot be tested: {parts}{reasons[0][:_LONGEST]}" if reasons else "cannot be tested"
        case _:
            return tested
