"""`keepcall run`: one target, all suites, a verdict, the reports."""

import os
import sys
from argparse import Namespace
from contextlib import ExitStack, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from keepcall.cli.run_options import add_arguments, options_of
from keepcall.client.route import route_of
from keepcall.contract import requirements
from keepcall.errors import InternalError
from keepcall.report import raw
from keepcall.report.allure import node
from keepcall.report.render import terminal
from keepcall.run.conformance_run import Ended, conformance_run
from keepcall.run.output import output_folder, reason, writable, write
from keepcall.run.proof.record import recorded
from keepcall.run.reference import embedded_target
from keepcall.run.settings import RunSettings
from keepcall.run.signals import pass_on, stopping

__all__ = ["add_arguments", "main"]

_NOT_WHOLE = "The reports hold what was tested until then. This says nothing about the target."


def main(arguments: Namespace) -> int:
    """The exit code of the run."""
    return run(options_of(arguments), terminal.console())


def run(options: RunSettings, console: Console) -> int:
    """Runs the suites and writes the reports.

    Raises:
        UsageError: before the first request, when something is wrong with what was asked for.
        InternalError: when the suites themselves fail.
    """
    if options.allure:
        node.find()  # better now than after the run
    with ExitStack() as stack:
        shared = Path(stack.enter_context(TemporaryDirectory(prefix="keepcall-")))
        stack.enter_context(stopping(partial(_told, stack.enter_context(_beyond_capture()), shared)))
        target = options.target or stack.enter_context(embedded_target())
        route_of(target)  # before a folder is made
        output = output_folder(options.output, target)
        if options.history:
            writable(options.history, "--history")
        ended = conformance_run(options, target, output, shared, console)
        if ended.unreached:
            (output / "allure-results").mkdir(exist_ok=True)  # what publishes them finds none, but no fault either
        code = _report(ended, options, output, console)
        if ended.trouble:
            why = reason(output, ended.trouble)
            raise InternalError(f"the run broke off ({why})", _NOT_WHOLE) from ended.trouble
        return code


def _report(ended: Ended, options: RunSettings, output: Path, console: Console) -> int:
    """Writes and prints what a run came to; of one that could reach nobody, in one line."""
    catalogue = requirements.load()
    data = raw.report(ended.run, catalogue, recorded())
    try:
        write(data, options, output, console)
    finally:
        if ended.unreached:
            terminal.unreached(data, console, output, ended.unreached)
        else:
            terminal.summary(data, console, output)
    return ended.run.exit_code(catalogue, strict=options.strict)


def _beyond_capture() -> FileIO:
    """Where standard error is now; while a test runs, pytest has it elsewhere."""
    try:
        return FileIO(os.dup(sys.stderr.fileno()), "w")
    except (OSError, ValueError):
        return FileIO(os.devnull, "w")


def _told(out: FileIO, shared: Path) -> None:
    """A signal has come: says that it was heard, and passes it on."""
    pass_on(shared)
    with suppress(OSError):
        out.write(b"ending the run: calls are cleared up first\n")
