"""All that is rendered from a raw report by ourselves: by name, each with the file that it goes to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from keepcall.errors import FileError
from keepcall.report.phrases import Report
from keepcall.report.render import badge, ctrf, junit, markdown, page


@dataclass(frozen=True, slots=True)
class Format:
    """One way to show a report.

    Attributes:
        file: its name in the folder of a run.
        purpose: who reads it.
        render: makes it.
    """

    file: str
    purpose: str
    render: Callable[[Report], str | bytes]


FORMATS: Mapping[str, Format] = {
    "html": Format("report.html", "to read", page.render),
    "junit": Format("junit.xml", "for Jenkins, GitLab and their kin", junit.render),
    "ctrf": Format("ctrf.json", "for tools that read CTRF", ctrf.render),
    "markdown": Format("summary.md", "for a pull request or $GITHUB_STEP_SUMMARY", markdown.render),
    "badge": Format("badge.svg", "for a web page", badge.svg),
    "shields": Format("badge.json", "for the endpoint badge of shields.io", badge.shields),
}


def rendered(report: Report, name: str) -> bytes:
    """The report in one of the formats."""
    found = FORMATS[name].render(report)
    return found if isinstance(found, bytes) else found.encode("utf-8", "backslashreplace")


def write(report: Report, folder: Path, names: Iterable[str] = FORMATS) -> list[Path]:
    """Writes the report in these formats.

    Raises:
        FileError: when the folder takes no file.
    """
    written = []
    for name in names:
        path = folder / FORMATS[name].file
        try:
            path.write_bytes(rendered(report, name))
        except OSError as error:
            raise FileError(path, f"cannot be written: {error.strerror}", "Name another folder.") from None
        written.append(path)
    return written
