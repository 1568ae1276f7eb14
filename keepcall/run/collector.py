"""A pytest plugin for the process that runs the tests or hands them out: collects what every test came to."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from keepcall.report.result import Asked, Result, Told, from_json
from keepcall.run.attendance import ATTENDANCE, attendance, strangers
from keepcall.run.transfer import ANSWER, COUNTED, ENDED, LEFT, PROPERTY, SENT, TOLD

_OBSERVATIONS = "suites/observations/"
"""Where the tests are that only ask: no part of the verdict, nor of what it waits for."""

_DIED = "A worker process died, and the run was ended for it; calls that it had placed may be left behind."

_ROOM = 16_000_000
"""Characters of exchanges that a report holds; the reference server's take some two millions."""


@dataclass
class Collector:
    """All results of a run.

    Attributes:
        total: called with the number of tests, once it is known.
        done: called with each result.
        results: what each test came to, by its id.
        selected: ids of the tests that were to run.
        wanted: ids of the tests that there are, and that our own options leave in.
        functions: ids of all tests that pytest has made, without parameters.
        strangers: plugins of pytest that are no part of a run.
        answers: what was observed, by the id of the question.
        asked: what was sent for it, by the id of the question.
        problems: why tests could not be collected, or pytest came to no end, a line each.
        exchanges: what was sent and what came, by its id.
        left_out: exchanges that were too many to be kept.
        left: what could not be cleared up when the run was ended.
        ended: why the run was ended, if a worker has ended it.
        trouble: what made pytest itself break off; None where nothing did.
        begun: whether a test has begun, so that the collection is over.
    """

    total: Callable[[int], None]
    done: Callable[[Result], None]
    results: dict[str, Result] = field(default_factory=dict)
    selected: dict[str, None] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    exchanges: dict[str, Told] = field(default_factory=dict)
    left_out: int = 0
    _size: int = 0
    left: list[str] = field(default_factory=list)
    ended: str = ""
    trouble: BaseException | None = None
    begun: bool = False
    _sent: dict[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Requests that the target got from all workers."""
        return sum(self._sent.values())

    def kept(self, *, everything: bool) -> tuple[Told, ...]:
        """The exchanges that the report is to keep: all, or those of tests that did not pass."""
        listed = {name for result in self.results.values() if result.verdict != "pass" for name in result.exchanges}
        return tuple(told for name, told in self.exchanges.items() if everything or name in listed)

    def unfinished(self) -> list[str]:
        """The tests that were to run and never came to a result."""
        return [node for node in {**self.selected, **self.wanted} if node not in self.results]

    def taken_out(self) -> list[str]:
        """What became of tests that somebody else has left out, a sentence; none where nobody has."""
        gone = [node for node in self.wanted if node not in self.selected and node not in self.results]
        if not gone or self.problems:
            return []
        told = f"{len(gone)} of the tests were left out, and by no option of ours; the first: {gone[0]}."
        return [f"{told} Plugins of pytest that are no part of a run: {', '.join(sorted(self.strangers)) or 'none'}."]

    def expect(self, functions: Iterable[str]) -> None:
        """Tests that are written in the suites, by their ids without parameters: pytest was to find all of them."""
        self._want(function for function in functions if function not in self.functions)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Notes which tests there are, and which of them are to run."""
        notes = attendance(session.config)
        self._attend(notes.wanted, notes.functions, strangers(session.config))
        self._select([item.nodeid for item in session.items])

    def _attend(self, wanted: Iterable[str], functions: Iterable[str], strange: Iterable[str]) -> None:
        self._want(wanted)
        self.functions.update(functions)
        self.strangers.update(strange)

    def _want(self, ids: Iterable[str]) -> None:
        self.wanted |= dict.fromkeys(node for node in ids if not node.startswith(_OBSERVATIONS))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """The same, of a worker: the tests that it may be given."""
        del node
        self._select(ids)

    def _select(self, ids: list[str]) -> None:
        judging = [node for node in ids if not node.startswith(_OBSERVATIONS)]
        if judging and not self.selected:
            self.selected = dict.fromkeys(judging)
            self.total(len(judging))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended; what it has sent besides the requests of whole tests counts as well."""
        if error:
            self.ended = self.ended or _DIED
        output = getattr(node, "workeroutput", {})
        self._count(node.gateway.id, output.get(SENT, 0))
        self._attend(*output.get(ATTENDANCE, ((), (), ())))
        self.ended = self.ended or output.get(ENDED, "")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The same, where there are no workers."""
        if COUNTED in session.config.stash:
            self._count("", session.config.stash[COUNTED]())

    def _count(self, worker: str, sent: object) -> None:
        self._sent[worker] = max(self._sent.get(worker, 0), int(str(sent)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes what could not be collected."""
        if report.failed:
            self._trouble(report.nodeid or "the suites", report.longreprtext)

    def pytest_runtest_logstart(self) -> None:
        """A test begins: the collection is over."""
        self.begun = True

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Notes what pytest itself, or a plugin, has died of first; nobody is to read its traceback."""
        self.trouble = self.trouble or excinfo.value
        if not any(problem.startswith("pytest: ") for problem in self.problems):
            self._trouble("pytest", excinfo.typename if self.begun else excinfo.exconly())
        return not os.environ.get("KEEPCALL_DEBUG")

    def _trouble(self, where: str, text: str) -> None:
        """The last line, which says what it was; once, however many workers say it."""
        told = f"{where}: {text.strip().splitlines()[-1].removeprefix('INTERNALERROR>').strip()}"
        if told not in self.problems:
            self.problems.append(told)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes the result, or the answer, that the last report of a test carries."""
        properties = dict(report.user_properties)
        if LEFT in properties:
            self.left.append(str(properties[LEFT]))
        if report.when != "teardown":
            return
        self._count(getattr(report, "worker_id", ""), properties.get(SENT, 0))
        for told in json.loads(str(properties.get(TOLD, "[]"))):
            self._keep(Told(**told))
        if ANSWER in properties:
            observation, answer, listed, unlisted = json.loads(str(properties[ANSWER]))
            self.answers.setdefault(observation, answer)
            self.asked.setdefault(observation, Asked(tuple(listed), unlisted))
        if PROPERTY not in properties:
            return
        result = from_json(json.loads(str(properties[PROPERTY])))
        if earlier := self.results.get(result.id):
            self.results[result.id] = replace(earlier, attempts=earlier.attempts + result.attempts)
            return
        self.results[result.id] = result
        self.done(result)

    def _keep(self, told: Told) -> None:
        """Keeps an exchange while there is room: a target may answer as much as it likes, a report is read whole."""
        self._size += len(told.request) + len(told.answer)
        if self._size > _ROOM:
            self.left_out += 1
        else:
            self.exchanges[told.id] = told
