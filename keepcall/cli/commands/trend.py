"""`keepcall trend`: the runs of a folder on one page."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from keepcall.errors import FileError
from keepcall.report import history
from keepcall.report.render import trend


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Makes a page of all runs in a folder: the verdict of each, what changed since the one before and whose "
        "doing that is, and the requirements that did not always pass."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="that runs with --history fill")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: trend.html in the folder")


def main(options: Namespace) -> int:
    """Writes the page."""
    path = options.output or options.folder / "trend.html"
    text = trend.render(history.load(options.folder))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror}", "Name another file.") from None
    sys.stdout.write(f"{path}\n")
    return 0
