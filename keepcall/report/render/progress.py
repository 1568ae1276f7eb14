"""The progress of a run on a terminal, and its lines in a log."""

from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Live
from rich.table import Column

from keepcall.report.phrases import (
    one_line,
)
from keepcall.report.render.terminal import encodable

_STEPS = 10


class Progress:
    """How far a run is: a line that changes on a terminal, some ten lines elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = self._done = self._step = 0
        self._verdicts: Counter[str] = Counter()
        self._live: Live | None = None

    def start(self, total: int) -> None:
        """The run begins, with so many tests."""
        self._total = total
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                MofNCompleteColumn(),
                BarColumn(bar_width=20),
                TimeElapsedColumn(),
                TextColumn("{task.fields[found]}", style="bold red", markup=False),
                TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
                console=self._console,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                refresh_per_second=5,
                expand=True,
            )
            self._live.add_task("", total=total, found="")
            self._live.start()

    def tick(self, verdict: str, title: str) -> None:
        """One more test has ended."""
        self._done += 1
        self._verdicts[verdict] += 1
        if self._live:
            shown = encodable(self._console, one_line(title, 200))
            self._live.update(self._live.task_ids[0], advance=1, description=shown, found=self._found())
            return
        step = _STEPS * self._done // max(self._total, 1)
        if step > self._step:
            self._step = step
            found = f", {self._found()}" if self._found() else ""
            self._console.print(f"{self._done} of {self._total} tests{found}", soft_wrap=True)

    def stop(self) -> None:
        """The run has ended; the line that changed goes away."""
        if self._live:
            self._live.stop()
            self._live = None

    def _found(self) -> str:
        words = {"fail": "failed", "broken": "broken", "inconclusive": "inconclusive"}
        return ", ".join(f"{self._verdicts[kind]} {word}" for kind, word in words.items() if self._verdicts[kind])
