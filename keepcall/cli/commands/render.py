"""`keepcall render`: from a raw report to what others read, without a run."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from keepcall.errors import FileError, UsageError
from keepcall.report import reading
from keepcall.report.render import formats
from keepcall.report.render.formats import FORMATS


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    names = "; ".join(f"{name}: {each.file}, {each.purpose}" for name, each in FORMATS.items())
    parser.description = f"Renders the raw report of a run. {names}."
    parser.add_argument("report", type=Path, metavar="RUN", help="the folder of a run, or its report.json")
    parser.add_argument("--format", nargs="+", choices=FORMATS, default=list(FORMATS), help="only these; default all")
    parser.add_argument("--output", metavar="DIR", help="where to write, or - for one format to standard output")


def main(options: Namespace) -> int:
    """Renders; 0 when all is written."""
    report = reading.read(options.report)
    if options.output == "-":
        if len(options.format) != 1:
            raise UsageError("--output - takes one format", "Name it with --format.")
        sys.stdout.buffer.write(formats.rendered(report, options.format[0]))
        return 0
    beside = options.report if options.report.is_dir() else options.report.parent
    folder = Path(options.output) if options.output else beside
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"cannot be made: {error.strerror}", "Name another folder.") from None
    for path in formats.write(report, folder, options.format):
        sys.stdout.write(f"{path}\n")
    return 0
