"""The command line: `keepcall run`, `keepcall prove`, `keepcall serve`. A thin edge: options in, exit code out."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from keepcall import __version__
from keepcall.budget import EXAMPLES
from keepcall.errors import KeepcallError
from keepcall.report.verdict import Exit

_EPILOG = """\
exit codes of run: 0 conformant, with or without remarks; 1 not conformant; 2 the command line, the profile or a
file is wrong; 3 incomplete; 4 the suite itself failed
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
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


_EXAMPLES_HELP = "inputs to draw; of sequences a quarter of that (default: %(default)s)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keepcall",
        description="Contract test and conformance suite for KeepCall.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"keepcall-conformance {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="take a server through the contract", epilog=_EPILOG))
    _add_replay(commands.add_parser("replay", help="send a counter-example again that a run has left"))
    _add_serve(commands.add_parser("serve", help="run the reference server, to write a KeepCall client against"))
    _add_prove(
        commands.add_parser("prove", help="prove that the suite catches faults and fails no conformant server")
    )
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.description = "Takes a server through the contract; without a target, the embedded reference server."
    _add_target(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", help="where to write; default reports/<target>-<time>")
    parser.add_argument(
        "--only", metavar="ID", nargs="+", action="extend", default=[], help="only these requirements"
    )
    parser.add_argument("--strict", action="store_true", help="remarks count as failures")
    parser.add_argument("--workers", type=_positive, metavar="N", default=1, help="processes that share the work")
    parser.add_argument("--seed", type=_whole, metavar="N", help="draw the same inputs as with this seed before")
    parser.add_argument("--examples", type=_positive, metavar="N", default=EXAMPLES, help=_EXAMPLES_HELP)
    observing = parser.add_mutually_exclusive_group()
    observing.add_argument("--no-observations", action="store_true", help="leave out what is asked and never judged")
    observing.add_argument("--slow-observations", action="store_true", help="also ask what takes a minute")
    parser.add_argument("--allure", action="store_true", help="also render the Allure report as one file")
    parser.set_defaults(command=_run)


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.description = "Follows a counter-example once more; without a target, on the embedded reference server."
    parser.epilog = "exit codes: 0 the failure is gone; 1 it is still there; 2 the command line or a file is wrong"
    parser.add_argument("file", type=Path, metavar="FILE", help="what a run has left in its folder `replay`")
    _add_target(parser)
    parser.set_defaults(command=_replay)


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", type=Path, metavar="PROFILE.toml", help="the target's profile")
    parser.add_argument("--url", metavar="URL", help="a target without a profile: the address of its API")
    parser.add_argument("--api-key", metavar="KEY", default="", help="its API key")
    parser.add_argument("--token", metavar="TOKEN", default="", help="its token; without one, none is sent")
    parser.add_argument("--lab", metavar="URL", default="", help="its lab control protocol")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8080, help="0 for any free one (default: %(default)s)")
    parser.add_argument("--database", metavar="FILE", help="keep the calls in this SQLite file; default: in memory")
    parser.set_defaults(command=_serve)


def _add_prove(parser: argparse.ArgumentParser) -> None:
    parser.description = "Runs the suite against every fault and every variant of the reference server."
    parser.add_argument("--fault", metavar="NAME", action="append", default=[], help="only this fault")
    parser.add_argument("--variant", metavar="NAME", action="append", default=[], help="only this variant")
    parser.add_argument(
        "--quick", action="store_true", help="try a fault with the tests of its own requirements only"
    )
    parser.add_argument("--thorough", action="store_true", help="try every fault with every test")
    parser.add_argument("--record", action="store_true", help="note the figures where reports find them")
    parser.add_argument("--list", action="store_true", help="name the faults and variants, and end")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write the matrix there, as JSON and as a page")
    parser.add_argument("--workers", type=_positive, metavar="N", help="processes (default: two for each processor)")
    parser.set_defaults(command=_prove)


def _run(options: argparse.Namespace) -> int:
    from keepcall.commands import run  # noqa: PLC0415 - `keepcall --help` answers without it
    from keepcall.report import terminal  # noqa: PLC0415

    return run.run(run.options_of(options), terminal.console())


def _replay(options: argparse.Namespace) -> int:
    from keepcall.commands import replay, run  # noqa: PLC0415 - see above
    from keepcall.report import terminal  # noqa: PLC0415

    return replay.replay(options.file, run.target_of(options), terminal.console())


def _prove(options: argparse.Namespace) -> int:
    from keepcall.commands import prove  # noqa: PLC0415 - see above
    from keepcall.report import terminal  # noqa: PLC0415

    console = terminal.console()
    return prove.show_all(console) if options.list else prove.prove(options, console)


def _serve(options: argparse.Namespace) -> int:
    from keepcall.server import serve  # noqa: PLC0415 - see above

    return serve(options.host, options.port, options.database)


def _positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def _whole(text: str) -> int:
    """A whole number."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _port(text: str) -> int:
    """A TCP port."""
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)
