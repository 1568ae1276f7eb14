"""One sequence of steps after another, each from the same state on, until one shows that something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from keepcall.cases.generation import shrinking
from keepcall.cases.generation.templates import (
    Begin,
    DrawnStep,
    DrawnSteps,
    End,
    RequestTemplate,
    UnknownReferenceError,
)
from keepcall.cases.properties.search import Search, end
from keepcall.cases.properties.session import Example, Findings, Session
from keepcall.contract.outcomes import Failure, NotTested
from keepcall.contract.request import Request


@dataclass(slots=True)
class StepRunner:
    """Steps taken on a session.

    Attributes:
        session: where they are taken.
        ask: how a request is sent and judged.
        focus: the parts of the call pool that templates may name; empty for all of them.
        steps: those of the sequence under way.
        going_on: whether another step makes sense.
        search_state: what came of all courses.
    """

    session: Session
    ask: Callable[[Request], Findings]
    focus: tuple[int, ...] = ()
    steps: DrawnSteps = ()
    going_on: bool = False
    search_state: Search = field(default_factory=Search)
    _example: Example | None = None

    def begin(self, focus: tuple[int, ...] = ()) -> None:
        """A new sequence."""
        self.focus, self.steps = focus, ()
        self.going_on = self.search_state.attempt(self._begin_anew) is not None

    def run(self, steps: DrawnSteps, focus: tuple[int, ...] = ()) -> None:
        """A whole sequence."""
        self.begin(focus)
        for step in steps:
            self.take(step)
        self.finish()

    def take(self, step: DrawnStep) -> None:
        """The next step; ends the search when something is wrong with what comes of it."""
        if not self.going_on:
            return
        self.steps += (step,)
        self._attempt(lambda: self._do(step))

    def finish(self) -> None:
        """The end of the sequence: all calls must be as they should be."""
        if self.going_on:
            self._attempt(self.session.aftermath)
        self.going_on = False

    def may_take(self, template: RequestTemplate) -> bool:
        """Whether what a template names is known, and its request may be sent."""
        return self._request(template) is not None

    def conclude(self) -> None:
        """Ends as the courses ended.

        Raises:
            Failure: with a counter-example that is as small as can be, if there is one.
            Outcome: when requests had no answer.
            KeepcallError: when the lab failed.
        """
        __tracebackhide__ = True
        if self._example:
            if self.session.call_pool.places:
                self._make_smaller()
            raise Failure(self._example.findings, self._example.script)
        self.search_state.conclude()

    def _make_smaller(self) -> None:
        """Finds fewer and simpler steps; not on a target that refuses everything by now, where any would do."""
        if self.search_state.attempt(self._is_well) is not None:
            self.search_state.smallest(self.steps, _simpler, self._replayed)

    def _is_well(self) -> Findings:
        self.session.must_grant()
        return ()

    def _attempt(self, act: Callable[[], Findings]) -> None:
        findings = self.search_state.attempt(act)
        self.going_on = findings is not None
        if findings:
            self._example = self.session.example(findings)
            self.going_on = False
        if findings or self.search_state.over:
            end()

    def _begin_anew(self) -> Findings:
        self.session.begin_anew()
        return ()

    def _replayed(self, steps: DrawnSteps) -> Findings:
        """What is found by other steps, from the same state on."""
        self.session.begin_anew()
        for step in steps:
            if findings := self._do(step):
                break
        else:
            findings = self.session.aftermath()
        if findings:
            self._example = self.session.example(findings)
        return findings

    def _do(self, step: DrawnStep) -> Findings:
        match step:
            case RequestTemplate():
                return self._ask(step)
            case Begin(index, role):
                numbers = self.session.call_pool.cast(self.focus).numbers
                with suppress(NotTested):
                    self.session.begin(numbers[index % len(numbers)], role)
            case End(index):
                self._end(index)
        return ()

    def _ask(self, template: RequestTemplate) -> Findings:
        """Asks; where that was granted, nothing else may have changed."""
        request, session = self._request(template), self.session
        if not request:
            return ()
        session.call_pool.foretold |= session.call_pool.coming in request.values("callID")
        findings = self.ask(request)
        granted = session.tried is not None and session.tried.ruling.word == "granted"
        return findings or (session.aftermath(self.focus) if granted and self.focus else ())

    def _request(self, template: RequestTemplate) -> Request | None:
        try:
            request = template.request(self.session.call_pool.cast(self.focus))
        except UnknownReferenceError:
            return None
        return request if self.session.may_send(request) else None

    def _end(self, index: int) -> None:
        call_pool = self.session.call_pool
        ids = call_pool.cast(self.focus).call_ids
        ongoing = [call for call in call_pool.world.calls if call.call_id in ids and call.state == "ongoing"]
        if ongoing:
            with suppress(NotTested):
                self.session.end(ongoing[index % len(ongoing)])


def _simpler(steps: DrawnSteps) -> Iterator[DrawnSteps]:
    """Fewer steps, then simpler requests."""
    yield from shrinking.sequences(steps)
    for index, step in enumerate(steps):
        for template in shrinking.templates(step) if isinstance(step, RequestTemplate) else ():
            yield (*steps[:index], template, *steps[index + 1 :])
