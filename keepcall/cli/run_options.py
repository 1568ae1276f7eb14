"""What `keepcall run` can be asked for, and the command line that asks for it again."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from keepcall.cases.engine.lockout import GENTLE
from keepcall.cases.generation.budget import EXAMPLES, Budget, any_seed
from keepcall.cli.arguments import add_target, positive, target_of, whole
from keepcall.contract import requirements, shell
from keepcall.run.config import waiver_file as waivers
from keepcall.run.settings import RunSettings

_EPILOG = """\
exit codes: 0 conformant, with or without remarks, or partial; 1 not conformant; 2 the command line, the profile or a
file is wrong; 3 incomplete; 4 the suite itself failed
"""

_EXCHANGES_HELP = "which requests and answers the report keeps; failed: of tests that did not pass (default: all)"
_ONLY_HELP = "only these requirements: ids, beginnings of ids such as KC-SEL, with blanks or commas between"
_EXAMPLES_HELP = "inputs to draw; of sequences a quarter of that (default: %(default)s)"

GENTLE_HELP = (
    f"send no more than {GENTLE} requests with a wrong or missing key or token, to a target that locks out whoever "
    "may be guessing; what needs more of them is not tested"
)


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Takes a server through the contract; without a target, the embedded reference server."
    parser.epilog = _EPILOG
    add_target(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", help="where to write; default reports/<target>-<time>")
    parser.add_argument("--only", metavar="ID", nargs="+", action="extend", default=[], help=_ONLY_HELP)
    parser.add_argument("--strict", action="store_true", help="remarks count as failures")
    parser.add_argument("--workers", type=positive, metavar="N", default=1, help="processes that share the work")
    parser.add_argument("--seed", type=whole, metavar="N", help="draw the same inputs as with this seed before")
    parser.add_argument("--examples", type=positive, metavar="N", default=EXAMPLES, help=_EXAMPLES_HELP)
    parser.add_argument("--waivers", type=Path, metavar="FILE", help="known failures that the exit code leaves aside")
    parser.add_argument("--max-requests", type=positive, metavar="N", default=0, help="end the run after so many")
    parser.add_argument("--read-only", action="store_true", help="send nothing that could change a call")
    parser.add_argument("--gentle", action="store_true", help=GENTLE_HELP)
    observing = parser.add_mutually_exclusive_group()
    observing.add_argument("--no-observations", action="store_true", help="leave out what is asked and never judged")
    observing.add_argument("--slow-observations", action="store_true", help="also ask what takes a minute")
    parser.add_argument("--exchanges", choices=("all", "failed"), default="all", help=_EXCHANGES_HELP)
    parser.add_argument("--history", type=Path, metavar="FOLDER", help="also keep the run there, and its trend page")
    parser.add_argument("--allure", action="store_true", help="also render the Allure report as one file")


def options_of(arguments: Namespace) -> RunSettings:
    """The options from the command line, checked.

    Raises:
        UsageError: naming what is wrong.
    """
    target = target_of(arguments)
    return RunSettings(
        target=target,
        output=arguments.output,
        only=requirements.load().select(arguments.only),
        strict=arguments.strict,
        workers=arguments.workers,
        allure=arguments.allure,
        exchanges=arguments.exchanges,
        history=arguments.history,
        budget=Budget(any_seed() if arguments.seed is None else arguments.seed, arguments.examples),
        observing="no"
        if arguments.no_observations or arguments.read_only
        else "slow"
        if arguments.slow_observations
        else "",
        command=_command(arguments),
        waivers=waivers.load(arguments.waivers) if arguments.waivers else (),
        max_requests=arguments.max_requests,
        read_only=arguments.read_only,
        gentle=arguments.gentle,
    )


def _command(arguments: Namespace) -> str:
    """The command line that repeats the run; key and token come from the variables that stand in for them."""
    words = ["keepcall", "run"]
    if arguments.target:
        words += ["--target", shell.path(arguments.target)]
    if arguments.url:
        words += ["--url", shell.quoted(arguments.url)]
    if arguments.url and arguments.token == "":
        words += ["--token", "''"]
    if arguments.lab:
        words += ["--lab", shell.quoted(arguments.lab)]
    if arguments.only:
        words += ["--only", *map(shell.quoted, arguments.only)]
    if arguments.seed is not None:
        words += ["--seed", str(arguments.seed)]
    if arguments.waivers:
        words += ["--waivers", shell.path(arguments.waivers)]
    if arguments.max_requests:
        words += ["--max-requests", str(arguments.max_requests)]
    if arguments.examples != EXAMPLES:
        words += ["--examples", str(arguments.examples)]
    flags = {
        "--strict": arguments.strict,
        "--read-only": arguments.read_only,
        "--gentle": arguments.gentle,
        "--no-observations": arguments.no_observations,
        "--slow-observations": arguments.slow_observations,
    }
    return " ".join([*words, *(flag for flag, given in flags.items() if given)])
