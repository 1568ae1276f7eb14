"""`keepcall certify`: from a run to a certificate, or to the reasons why there is none."""

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from keepcall.contract import requirements
from keepcall.contract.exchange import printable
from keepcall.errors import FileError, KeepcallError
from keepcall.report import reading
from keepcall.report.certificate import certificate, signing, statement, typesetting
from keepcall.report.certificate.certificate import Issue

ENVELOPE = "certificate.dsse.json"
KEY = "certificate.pub"


class RefusedError(KeepcallError):
    """A run that earns no certificate."""

    exit_code = 1


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Makes a certificate of a conformant run, as PDF and as HTML, with the raw report beside it. It is refused, "
        "with the reasons, when the run is not conformant, incomplete, changed, older than its requirements, or says "
        "of them or of its verdicts what they do not. Whoever signs vouches that the run took place."
    )
    parser.epilog = "exit codes: 0 done; 1 refused; 2 a file is wrong"
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of a run, or its report.json")
    parser.add_argument("--by", default="", metavar="NAME", help="who answers for the certificate")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="sign it with this private key, of `keepcall keygen`"
    )
    parser.add_argument("--plain", action="store_true", help="print any run, as a test report that is no certificate")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: `certificate` in the folder of the run")


def main(options: Namespace) -> int:
    """0, or 1 where the certificate is refused."""
    path = options.run / reading.NAME if options.run.is_dir() else options.run
    report, data = reading.taken(path)
    refused = certificate.refusals(report, requirements.load())
    if refused and not options.plain:
        raise RefusedError(
            f"{path}: no certificate\n" + "\n".join(f"  - {reason}" for reason in refused),
            "`--plain` prints the run as a test report, which says that it is no certificate.",
        )
    if options.plain and not refused:
        refused = ["It was asked for as a plain report."]
    if options.key:
        signing.needed()
    key = signing.pair(options.key) if options.key else None
    issue = Issue(datetime.now(UTC).date(), options.by, key.public.id if key else "")
    view = certificate.view(report, issue, refused)
    name = "test-report" if refused else "certificate"
    parts = {
        reading.NAME: data,
        f"{name}.pdf": typesetting.pdf(view, issue),
        f"{name}.html": typesetting.html(view).encode("utf-8", "backslashreplace"),
    }
    if key:
        parts[KEY] = key.public.pem
        parts[ENVELOPE] = signing.sign(statement.of(report, parts, certificate=not refused), key)
    _write(options.output or path.parent / "certificate", parts)
    return 0


def _write(folder: Path, parts: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in parts.items():
            _replace(folder / name, data)
            sys.stdout.write(f"{printable(str(folder / name))}\n")
    except OSError as error:
        raise FileError(folder, f"cannot be written: {error.strerror}", "Name another folder.") from None


def _replace(path: Path, data: bytes) -> None:
    """Puts a file there in one step; a link that is there is replaced, and what it leads to is left alone."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        made = Path(file.name)
        try:
            file.write(data)
            file.close()
            made.chmod(0o644)
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
