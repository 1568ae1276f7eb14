"""The command line, a thin edge: each command of `keepcall.commands` says what it takes and returns an exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from keepcall import __version__
from keepcall.errors import KeepcallError
from keepcall.report.verdict import Exit
from keepcall.signals import as_interrupts

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
"""What each command does; its module in `keepcall.commands` has its name, `add_arguments` and `main`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    as_interrupts()
    words = sys.argv[1:] if arguments is None else arguments
    options = parser_for(words).parse_args(words)
    try:
        return int(options.main(options))
    except KeepcallError as error:
        sys.stderr.write(f"keepcall: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("keepcall: ended before a report could be written\n")
        return Exit.INCOMPLETE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has gone; do not complain twice
        return Exit.INCOMPLETE
    except Exception as error:
        if os.environ.get("KEEPCALL_DEBUG"):
            raise
        sys.stderr.write(
            f"keepcall: the suite itself failed: {type(error).__name__}\n"
            "This is a bug of ours, and says nothing about the target. KEEPCALL_DEBUG=1 shows where it is.\n"
        )
        return Exit.SUITE_FAILED


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
            module = import_module(f"keepcall.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(main=module.main)
    return parser
