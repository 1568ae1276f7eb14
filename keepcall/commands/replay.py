"""`keepcall replay`: a counter-example that a run has left, once more."""

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from keepcall import replay as files
from keepcall.bench import bench
from keepcall.commands.arguments import add_target, target_of
from keepcall.embedded import embedded_target
from keepcall.outcomes import Outcome
from keepcall.outlet import Outlet
from keepcall.properties.replaying import replayed
from keepcall.report import evidence
from keepcall.report.terminal import console, say
from keepcall.report.verdict import Exit
from keepcall.target import Target


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Follows a counter-example once more; without a target, on the embedded reference server."
    parser.epilog = "exit codes: 0 the failure is gone; 1 it is still there; 2 the command line or a file is wrong"
    parser.add_argument("file", type=Path, metavar="FILE", help="what a run has left in its folder `replay`")
    add_target(parser)


def main(arguments: Namespace) -> int:
    """The exit code: whether the failure is still there."""
    return replay(arguments.file, target_of(arguments), console())


def replay(path: Path, target: Target | None, terminal: Console) -> int:
    """Follows the script in a file; 0 where the failure is gone, 1 where it is still there.

    Raises:
        UsageError: when the file, the target or its lab cannot be used.
        LabError: when the lab failed.
    """
    with ExitStack() as stack:
        target = target or stack.enter_context(embedded_target())
        ready = stack.enter_context(bench(target))
        if ready.obstacle:
            return _told(terminal, f"nothing can be said: {ready.obstacle}", Exit.INCOMPLETE)
        ready.recorder.test_id = f"replay {path.name}"
        secrets = {name: secret.reveal() for name, secret in target.secrets().items()}
        found = files.load(path, secrets | ready.recorder.secrets())
        try:
            findings = replayed(ready.recorder, found)
        except Outcome as outcome:
            return _told(terminal, Outlet(ready.recorder.client.redactor).text(str(outcome)), Exit.INCOMPLETE)
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


def _told(terminal: Console, text: str, code: Exit) -> int:
    say(terminal, text)
    return code
