"""`keepcall replay`: a counter-example that a run has left, once more."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from keepcall.cases.properties import replay_file as files
from keepcall.cases.properties.narrative import asked_in_words
from keepcall.cases.properties.replay import replayed
from keepcall.cases.properties.replay_file import Replay
from keepcall.cli.arguments import add_target, target_of
from keepcall.contract.counterexample import PlaceCall, SendRequests
from keepcall.contract.outcomes import Outcome
from keepcall.contract.outlet import Outlet
from keepcall.contract.target import Target
from keepcall.report import evidence
from keepcall.report.render.terminal import console, say
from keepcall.report.verdict import Exit
from keepcall.run.harness import harness
from keepcall.run.reference import embedded_target

_MOST = 20
"""Requests that are listed."""


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Follows a counter-example once more; without a target, on the embedded reference server. It says first what "
        "it will do. It sends KeepCall alone, about calls of its own, and refuses a file that asks for anything else."
    )
    parser.epilog = "exit codes: 0 the failure is gone; 1 it is still there; 2 the command line or a file is wrong"
    parser.add_argument("file", type=Path, metavar="FILE", help="what a run has left in its folder `replay`")
    add_target(parser)


def main(arguments: Namespace) -> int:
    """The exit code: whether the failure is still there."""
    return replay(arguments.file, target_of(arguments), console())


def replay(path: Path, target: Target | None, terminal: Console) -> int:
    """Follows the script in a file; 0 where the failure is gone, 1 where it is still there.

    Raises:
        UsageError: when the file, the target or its lab cannot be used, or the file asks for what no replay does.
        LabError: when the lab failed.
    """
    document = files.load(path)
    with ExitStack() as stack:
        target = target or stack.enter_context(embedded_target())
        document.needs(_given(target))
        say(terminal, "\n".join(_announced(document.replay({}), target)))
        ready = stack.enter_context(harness(target))
        if ready.obstacle:
            return _told(terminal, f"nothing can be said: {ready.obstacle}", Exit.INCOMPLETE)
        ready.driver.test_id = f"replay {path.name}"
        secrets = {name: secret.reveal() for name, secret in target.secrets().items()}
        found = document.replay(secrets | ready.driver.secrets())
        try:
            findings = replayed(ready.driver, found)
        except Outcome as outcome:
            return _told(terminal, Outlet(ready.driver.client.redactor).text(str(outcome)), Exit.INCOMPLETE)
    if not findings:
        return _told(terminal, f"{found.requirement}: the failure is gone", Exit.CONFORMANT)
    shown = evidence.of_finding(findings[0])
    lines = (
        f"{found.requirement}: the failure is still there",
        f"{shown.name}, {shown.context}",
        f"  expected  {shown.expected}",
        f"  got       {shown.got}",
        f"  repeat    {shown.curl}",
    )
    return _told(terminal, "\n".join(lines), Exit.NOT_CONFORMANT)


def _given(target: Target) -> set[str]:
    """The secrets that the target's profile gives, by the names of their variables; also a token that it asks for."""
    return {*target.secrets(), *(["KEEPCALL_TOKEN"] if target.credentials.request_token else [])}


def _announced(found: Replay, target: Target) -> Iterator[str]:
    """What will be done, before anything is."""
    script = found.script
    changes = sum(isinstance(act, PlaceCall) for act in script.acts)
    on_the_way = f"; {_number(changes, 'time')} a call begins or ends on the way"
    requests = [request for act in script.acts if isinstance(act, SendRequests) for request in act.requests]
    yield f"{found.requirement}, on {target.name} at {target.url}"
    yield (
        f"  arranges  {_number(len(script.calls), 'call')} in its lab, with callIDs and numbers that nobody has, and "
        f"removes them at the end{on_the_way if changes else ''}"
    )
    yield f"  sends     KeepCall alone, about these calls, {_number(len(requests), 'time')}:"
    yield from (f"            {asked_in_words(request)}" for request in requests[:_MOST])
    if len(requests) > _MOST:
        yield f"            and {len(requests) - _MOST} more"
    yield "  before    a few keeps of other calls of its own, to see whether the target is there"
    yield ""


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _told(terminal: Console, text: str, code: Exit) -> int:
    say(terminal, text)
    return code
