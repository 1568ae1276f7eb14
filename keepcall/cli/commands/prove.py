"""`keepcall prove`: the suite against every fault and every variant."""

import difflib
import json
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from keepcall.cli.arguments import positive
from keepcall.contract import requirements as catalogue
from keepcall.contract.exchange import printable
from keepcall.errors import FileError, UsageError
from keepcall.report.render.terminal import console
from keepcall.report.verdict import Exit
from keepcall.run.proof.live import in_company, subjects
from keepcall.run.proof.matrix import Row, as_json, row, survivors, unproven
from keepcall.run.proof.page import render
from keepcall.run.proof.record import is_stale, record
from keepcall.run.proof.subject import Subject, Trial
from keepcall.run.proof.trial import Depth
from keepcall.run.proof.workers import try_all

_TO_A_PROCESSOR = 12
"""Trials at a time: most of one is waiting, for a next call that comes late or for an effect that does not come."""

_STYLES = {"caught": "green", "passed": "green"}


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Runs the suite against every fault and every variant of the reference server."
    parser.add_argument("--fault", metavar="NAME", action="append", default=[], help="only this fault")
    parser.add_argument("--variant", metavar="NAME", action="append", default=[], help="only this variant")
    parser.add_argument(
        "--quick", action="store_true", help="only the faults, each until a test of its own requirements catches it"
    )
    parser.add_argument("--thorough", action="store_true", help="try every fault with every test")
    parser.add_argument(
        "--singly", action="store_true", help="try every variant by itself, instead of several in one server"
    )
    parser.add_argument("--record", action="store_true", help="note the figures where reports find them")
    parser.add_argument("--list", action="store_true", help="name the faults and variants, and end")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write the matrix there, as JSON and as a page")
    parser.add_argument("--workers", type=positive, metavar="N", help="processes (default: 12 for each processor)")


def main(options: Namespace) -> int:
    """The exit code of the proof, or of the list of what it tries."""
    return show_all(console()) if options.list else prove(options, console())


def prove(options: Namespace, terminal: Console) -> int:
    """Runs the proof; 1 with the survivors named, where there are any.

    Raises:
        UsageError: for a fault or variant that does not exist.
    """
    chosen = _chosen(options, subjects())
    start = time.monotonic()

    def tell(trial: Trial) -> None:
        told = f"{trial.kind} {trial.subject}: {trial.seconds:.1f} s"
        if terminal.is_terminal or len(chosen) == 1:
            terminal.print(Text(told, style="dim"))

    tried = chosen if options.singly else in_company(chosen)
    workers = options.workers or _TO_A_PROCESSOR * (os.cpu_count() or 1)
    harvest = try_all(tried, workers, depth=_depth(options), done=tell)
    seconds = time.monotonic() - start
    requirements = catalogue.load()
    rows = [row(subject, harvest.trials[subject.kind, subject.name], requirements) for subject in chosen]
    data = as_json(rows, requirements, seconds, harvest.apart)
    if options.output:
        _write(options.output, data)
    whole = len(chosen) == len(subjects())
    bare = unproven(rows, requirements) if whole else []
    for company in harvest.apart:
        terminal.print(Text(taken_apart(company), "yellow"), soft_wrap=True)
    _show(rows if options.fault or options.variant else survivors(rows), rows, bare, seconds, terminal)
    stale = whole and not options.quick and _recorded(data, terminal, write=options.record)
    return Exit.NOT_CONFORMANT if survivors(rows) or bare or stale else Exit.CONFORMANT


def taken_apart(company: Trial) -> str:
    """Why variants were tried one by one: the time that it takes is all that shows of it in the matrix."""
    told = [company.trouble] if company.trouble else [f"{id_}: {why}" for id_, why in company.messages.items()]
    more = f" (and {len(told) - 1} more, see `apart` in the JSON of --output)" if len(told) > 1 else ""
    why = printable(told[0])[:300] if told else "no test was run"
    return f"tried one by one, since they get in each other's way: {company.subject}: {why}{more}"


def _recorded(data: dict[str, object], terminal: Console, *, write: bool) -> bool:
    """Whether what is recorded of the proof is stale; writes it where that is wanted."""
    if write:
        record(data)
    elif is_stale(data):
        terminal.print(Text("fixtures/proof.json is stale: run `keepcall prove --record` in a checkout", "red"))
        return True
    return False


def _depth(options: Namespace) -> Depth:
    if options.quick and options.thorough:
        raise UsageError("--quick and --thorough were both given", "Choose one.")
    return "quick" if options.quick else "thorough" if options.thorough else "normal"


def _chosen(options: Namespace, every: Sequence[Subject]) -> list[Subject]:
    wanted = [("fault", name) for name in options.fault] + [("variant", name) for name in options.variant]
    if not wanted:
        return [subject for subject in every if subject.kind == "fault" or not options.quick]
    known: dict[tuple[str, str], Subject] = {(subject.kind, subject.name): subject for subject in every}
    for kind, name in wanted:
        if (kind, name) not in known:
            near = difflib.get_close_matches(name, [other for k, other in known if k == kind])
            hint = f"Did you mean {' or '.join(near)}?" if near else "`keepcall prove --list` names them all."
            raise UsageError(f"there is no {kind} {name!r}", hint)
    return [known[key] for key in dict.fromkeys(wanted)]


def show_all(terminal: Console) -> int:
    """Lists the faults and variants."""
    for subject in subjects():
        ids = ", ".join(sorted(subject.ids)) or "-"
        terminal.print(Text(f"{subject.kind} {subject.name} ({ids}): {subject.story}"), soft_wrap=True)
    return Exit.CONFORMANT


def _write(folder: Path, data: dict[str, object]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "proof.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        (folder / "proof.html").write_text(render(data), encoding="utf-8")
    except OSError as error:
        raise FileError(folder, f"cannot write there: {error.strerror}", "Name another folder.") from None


def _show(told: list[Row], rows: list[Row], bare: list[str], seconds: float, terminal: Console) -> None:
    if told:
        table = Table("", "name", "its ids", "fate", "failed", box=None, pad_edge=False)
        for found in told:
            table.add_row(
                found.kind,
                found.name,
                ", ".join(found.ids),
                Text(found.fate, _STYLES.get(found.fate, "red")),
                ", ".join(found.failed) or "-",
            )
        terminal.print(table)
        for found in told:
            for requirement, why in found.why.items():
                terminal.print(Text(f"{found.name}, {requirement}: {printable(why)[:600]}"), soft_wrap=True)
    for requirement in bare:
        terminal.print(Text(f"unproven: no fault is caught under {requirement}", "red"))
    fates = [found.fate for found in rows]
    terminal.print(
        Text(
            f"faults: {fates.count('caught')} caught, {fates.count('caught elsewhere')} only under another id, "
            f"{fates.count('missed')} missed; variants: {fates.count('passed')} passed, "
            f"{fates.count('falsely failed')} falsely failed; {seconds:.0f} s"
        ),
        soft_wrap=True,
    )
