"""The command line, a thin edge: each command of `keepcall.cli.commands` says what it takes and returns an exit code.

Nothing is imported here that an installation may lack: that must become an exit code as well.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from keepcall import __version__
from keepcall.cli import exit_codes, streams
from keepcall.run.signals import as_interrupts

COMMANDS = {
    "run": "take a server through the contract",
    "diff": "tell what changed from one run to another",
    "certify": "make a certificate of a conformant run",
    "verify": "check a certificate that was signed",
    "keygen": "make a key to sign certificates with",
    "trend": "show all runs of a folder on one page",
    "render": "render the raw report of a run once more",
    "init": "write a target's profile, by asking",
    "check": "see whether a target is ready for a run, and what would be tested",
    "plan": "tell what a run would send, before anything is sent",
    "replay": "send a counter-example again that a run has left",
    "serve": "run the reference server, to write a KeepCall client against",
    "prove": "prove that the suite catches faults and fails no conformant server",
}
"""What each command does; its module in `keepcall.cli.commands` has its name, `add_arguments` and `main`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code, whatever happens.

    Args:
        arguments: the words of a command line; without any, those of this process, whose streams are secured then.
    """
    try:
        if arguments is None:
            streams.secure()
        as_interrupts()
        code = _command(sys.argv[1:] if arguments is None else arguments)
    except BaseException as error:  # noqa: BLE001 - libraries raise what they like; each has an exit code
        code = exit_codes.exit_code(error)
        with suppress(Exception):
            sys.stderr.write(exit_codes.told(error))
    if lost := streams.unwritten():
        sys.stderr.write(f"keepcall: standard output could not be written to its end: {lost}\n")
        code = exit_codes.SUITE_FAILED
    return code


def _command(words: Sequence[str]) -> int:
    parser = parser_for(words)
    try:
        options = parser.parse_args(words)
    except SystemExit as ended:  # it has told what is wrong, or what there is
        return int(ended.code or 0)
    try:
        return int(options.main(options))
    except OSError as error:
        raise exit_codes.of_a_user(error, vars(options).values()) from None


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line; only the command that it names is loaded, since some take a while."""
    parser = argparse.ArgumentParser(
        prog="keepcall",
        description="The contract test and conformance suite for KeepCall. Without a target, a command works on the "
        "embedded reference server.",
        epilog="`keepcall COMMAND --help` tells what a command takes.",
    )
    parser.add_argument("--version", action="version", version=f"keepcall-conformance {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if name in words[:1]:
            module = import_module(f"keepcall.cli.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(main=module.main)
    return parser
