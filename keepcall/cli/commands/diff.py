"""`keepcall diff`: what changed from one run to another, and whose doing it is."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from keepcall.contract.exchange import printable
from keepcall.report import reading
from keepcall.report.comparison import Comparison, compare
from keepcall.report.render import differences

_FORMATS: Mapping[str, Callable[[Comparison], str]] = {
    "text": differences.as_text,
    "json": differences.as_json,
    "markdown": differences.as_markdown,
}


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Compares two runs: verdicts and observations that changed, regressions first, and by the digests in both "
        "reports, whether the target, the suite or the configuration changed."
    )
    parser.epilog = (
        "exit codes: 0 no regression; 1 a requirement, or a test of it, that passed does not pass any more"
    )
    for name, what in (("old", "the older run"), ("new", "the newer run")):
        parser.add_argument(name, type=Path, metavar=name.upper(), help=f"{what}: its folder, or its report.json")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="default: %(default)s")


def main(options: Namespace) -> int:
    """0, or 1 where there is a regression."""
    found = compare(reading.read(options.old), reading.read(options.new))
    sys.stdout.buffer.write(printable(_FORMATS[options.format](found)).encode("utf-8", "backslashreplace"))
    return 1 if found.of("regression") else 0
