"""Our own code under mutation: `make mutants` (README, "Our own code under mutation").

mutmut makes the mutants, in a copy of the tree. The tests are collected once, and each mutant gets a fork of that
process, which runs the tests that reach the mutant's function until one fails: first those that killed its siblings,
then the most specific ones. Mutants that are named with a reason are counted as alive without another try.
"""

import argparse
import difflib
import fnmatch
import gc
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

ROOT = Path(__file__).parents[1]
COPIED = ("keepcall", "tests", "suites", "fixtures", "schemas", "conftest.py", "pyproject.toml")

UNUSED = (
    "--assert=plain",
    "--tb=native",
    "-pno:cacheprovider",
    "-pno:logging",
    "-pno:xdist",
    "-pno:allure_pytest",
    "-pno:faulthandler",
    "-pno:doctest",
)

REMEMBERING = re.compile(r"^@(?:memoised\(.*\)|lru_cache\(.*\))\n", re.MULTILINE)
"""Decorators that change no result: mutmut leaves decorated functions alone, and what is remembered hides mutants."""

_PATIENCE = 4
"""Seconds of the processor for a test, and for each that it takes without a mutant, before it counts as endless."""

_MEMORY = 4 * 2**30
"""Bytes, for mutants that never end and pile something up meanwhile."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function.

    Attributes:
        function: `keepcall.expect.parsing.charset.x_codec`, by which mutmut knows it.
        number: which of its mutants.
        change: the lines that differ.
    """

    function: str
    number: str
    change: str

    @property
    def name(self) -> str:
        """As mutmut calls it."""
        return f"{self.function}__mutmut_{self.number}"

    @property
    def place(self) -> str:
        """Where it is, in our own names."""
        module, _, function = self.function.rpartition(".x")
        return f"{module}.{function[1:].replace('ǁ', '.')}"

    @property
    def key(self) -> tuple[str, str]:
        """What a named survivor is known by: numbers shift when a function is edited."""
        return self.place, self.change


@dataclass(slots=True)
class Hunt:
    """A pytest plugin that runs the tests once for each mutant instead of once.

    Attributes:
        mutants: those to be tried.
        reasons: why those are alive that are named.
        survivors: those that no test has failed.
        endless: how many took too much time or memory, without a test that failed.
    """

    mutants: list[Mutant]
    reasons: dict[tuple[str, str], str]
    survivors: list[Mutant] = field(default_factory=list)
    endless: int = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The tests as they are, then each mutant against those that reach it."""
        reached, seconds = _reached(session.items)
        set_mutant_under_test("")
        gc.freeze()
        killers: dict[str, list[int]] = defaultdict(list)
        running: dict[int, tuple[Mutant, int]] = {}
        for count, mutant in enumerate(self.mutants):
            if mutant.key in self.reasons:
                self.survivors.append(mutant)
                continue
            while len(running) >= (os.cpu_count() or 1):
                self._ended(running, killers)
            first = killers[mutant.function]
            tests = [*first, *(test for test in reached[mutant.function] if test not in first)]
            pid, pipe = _forked(session.items, tests, mutant, seconds)
            running[pid] = mutant, pipe
            if count % 100 == 0:
                print(f"{count} of {len(self.mutants)} mutants, {len(self.survivors)} alive", flush=True)
        while running:
            self._ended(running, killers)
        gc.unfreeze()
        return True

    def _ended(self, running: dict[int, tuple[Mutant, int]], killers: dict[str, list[int]]) -> None:
        pid, status = os.wait()
        mutant, pipe = running.pop(pid)
        with os.fdopen(pipe) as answer:
            killer = answer.read()
        if status == 0:
            self.survivors.append(mutant)
            print(f"\nalive without a reason: {mutant.place}, mutant {mutant.number}\n{mutant.change}", flush=True)
        elif killer:
            first = killers[mutant.function]
            first[:] = [int(killer), *(test for test in first if test != int(killer))]
        else:
            self.endless += 1


def _reached(items: list[pytest.Item]) -> tuple[dict[str, list[int]], list[float]]:
    """The tests that reach each function, the most specific ones first, and the processor's seconds that each takes.

    All of them must pass.
    """
    set_mutant_under_test("stats")
    reached: dict[str, list[int]] = defaultdict(list)
    width: dict[int, int] = {}
    seconds: list[float] = []
    for number, item in enumerate(items):
        state()._stats.clear()
        started = time.process_time()
        reports = runtestprotocol(item, log=False, nextitem=None)
        if any(report.failed for report in reports):
            pytest.exit(f"{item.nodeid} fails without any mutant", returncode=2)
        seconds.append(time.process_time() - started)
        width[number] = len(state()._stats)
        for function in state()._stats:
            reached[function].append(number)
    for tests in reached.values():
        tests.sort(key=width.__getitem__)
    return reached, seconds


def _forked(items: list[pytest.Item], tests: list[int], mutant: Mutant, seconds: list[float]) -> tuple[int, int]:
    """A process that runs these tests on a mutant, and writes the number of the one that fails."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    set_mutant_under_test(mutant.name)
    for test in tests:
        signal.setitimer(signal.ITIMER_PROF, _PATIENCE * (1 + seconds[test]))
        try:
            failed = any(report.failed for report in runtestprotocol(items[test], log=False, nextitem=None))
        except BaseException:  # noqa: BLE001 - pytest.exit and the like: the mutant has broken the run itself
            failed = True
        if failed:
            os.write(writer, str(test).encode())
            os._exit(1)
    os._exit(0)


def _copied(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def _mutated(folder: Path, targets: list[str]) -> Iterator[Mutant]:
    """Writes all mutants of the targets into the copy, and yields them."""
    for target in targets:
        pattern, _, functions = target.partition("::")
        for path in sorted(folder.glob(pattern)):
            module = ".".join(path.relative_to(folder).with_suffix("").parts)
            found = mutate_file_contents(str(path), REMEMBERING.sub("", path.read_text(encoding="utf-8")))
            path.write_text(found.code, encoding="utf-8")
            lines = found.code.splitlines()
            spans = found.line_span_by_function_name
            for name in found.mutant_names:
                function, _, number = name.rpartition("__mutmut_")
                if fnmatch.fnmatch(function, functions or "*"):
                    before, after = (
                        lines[spans[each].start - 1 : spans[each].end] for each in (f"{function}__mutmut_orig", name)
                    )
                    yield Mutant(f"{module}.{function}", number, _change(before, after))


def _change(before: list[str], after: list[str]) -> str:
    """The lines in which a mutant differs, with `-` and `+`."""
    was, is_ = ([re.sub(r"__mutmut_\w+", "", line).strip() for line in lines] for lines in (before, after))
    return "\n".join(line for line in difflib.ndiff(was, is_) if line[0] in "-+")


def _report(hunt: Hunt, least: float, *, whole: bool) -> int:
    """Prints the figures; 1 if a mutant is alive without a reason, too many are alive, or a reason is stale."""
    total = len(hunt.mutants)
    killed = total - len(hunt.survivors)
    named = sum(mutant.key in hunt.reasons for mutant in hunt.survivors)
    stale = sorted(set(hunt.reasons) - {mutant.key for mutant in hunt.mutants}) if whole else []
    for place, change in stale:
        print(f"\nnamed, but no mutant: {place}\n{change}")
    share = 100 * killed / total
    print(
        f"\n{total} mutants: {killed} killed ({share:.1f} %), {hunt.endless} of these since they do not end; "
        f"{total - killed} alive, {named} of these with a reason"
    )
    return 1 if named < total - killed or stale or share < least else 0


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def main(words: list[str], every: int) -> int:
    """Hunts each `every`th mutant of the functions that hold one of these words, of all without any."""
    started = time.monotonic()
    settings = _toml("pyproject.toml")["tool"]["keepcall"]["mutants"]
    named = _toml(settings["named"])["mutant"]
    with tempfile.TemporaryDirectory(prefix="keepcall-mutants-") as name:
        folder = Path(name)
        _copied(folder)
        mutants = list(_mutated(folder, settings["targets"]))
        wanted = [m for m in mutants if not words or any(word in m.function for word in words)][::every]
        if not wanted:
            raise SystemExit(f"no function that is changed has a name with {' or '.join(words)} in it")
        os.chdir(folder)
        sys.path.insert(0, name)
        sys.dont_write_bytecode = True
        hunt = Hunt(wanted, {(each["place"], each["change"].strip()): each["reason"] for each in named})
        code = pytest.main([*settings["tests"], "-q", "-s", *UNUSED], plugins=[hunt])
        os.chdir(ROOT)
    if code:
        return int(code)
    print(f"\n{time.monotonic() - started:.0f} s")
    return _report(hunt, settings["least"], whole=not words and every == 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Our own code under mutation.")
    parser.add_argument("word", nargs="*", help="of a module or function to look at; without any, all of them")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth mutant: a sample")
    given = parser.parse_args()
    sys.exit(main(given.word, given.every))
