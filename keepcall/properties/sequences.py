"""Any sequence (KC-ANY-04): calls begin and end, are kept and unmarked, asked for and refused in every way."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import cast

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from keepcall.budget import STEPS
from keepcall.call import Role
from keepcall.drafts import Draft, UncastError
from keepcall.operation import KEEP
from keepcall.outcomes import NotTested
from keepcall.properties.hunt import Hunt, bounded
from keepcall.properties.judging import outcome
from keepcall.properties.population import PARTS, Population
from keepcall.properties.session import Findings, Session
from keepcall.recorder import Recorder
from keepcall.request import Request
from keepcall.strategies import any_requests, indices, open_requests, plain_requests, refused_requests

_MOST_NUMBERS = 3
_MOST_BEGUN = 6

_parts = st.integers(0, len(PARTS) - 1)
_roles: st.SearchStrategy[Role] = st.sampled_from(("calling", "called"))


def expect_of_any_sequence(recorder: Recorder) -> None:
    """Each step of every sequence has the outcome, and in the end all calls the state, that the contract gives them.

    Raises:
        Failure: with a shrunk counter-example, when one does not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls.
    """
    __tracebackhide__ = True
    with recorder.stage(KEEP) as stage:
        session, hunt = Session(Population.on(recorder, stage), (outcome,)), Hunt()
        session.must_grant()

        def machine() -> Telephony:
            return Telephony(session, hunt)

        seed(recorder.budget.seed)(machine)
        factory = cast("type[RuleBasedStateMachine]", machine)  # any factory will do, as its documentation says
        limits = bounded(recorder.budget.sequences, STEPS)
        hunt.conclude(lambda: run_state_machine_as_test(factory, settings=limits))


class Telephony(RuleBasedStateMachine):
    """One sequence, about a few numbers and their calls.

    What can be done next depends on what was drawn before, never on what came of it: so a sequence is the same one
    when it is drawn again, and one that is known to fail need not be sent once more.
    """

    def __init__(self, session: Session, hunt: Hunt) -> None:
        super().__init__()
        self._session = session
        self._hunt = hunt
        self._focus: tuple[int, ...] = ()
        self._steps: tuple[Hashable, ...] = ()
        self._asked: list[Request] = []
        self._goes_on = True
        if not hunt.over and not hunt.tired:
            session.begin_anew()

    @initialize(focus=st.lists(_parts, min_size=1, max_size=_MOST_NUMBERS, unique=True))
    def is_about(self, focus: list[int]) -> None:
        """A few numbers, so that requests meet what earlier ones have left."""
        self._focus = tuple(focus)
        self._steps = (self._focus,)

    @rule(draft=plain_requests())
    def asks_by_the_book(self, draft: Draft) -> None:
        """One of the four operations, by either selector."""
        self._do(draft, partial(self._ask, draft))

    @rule(draft=plain_requests())
    def asks_by_the_book_again(self, draft: Draft) -> None:
        """The same: much of what is asked should be so."""
        self._do(draft, partial(self._ask, draft))

    @rule(draft=refused_requests())
    def asks_wrongly(self, draft: Draft) -> None:
        """What must be refused."""
        self._do(draft, partial(self._ask, draft))

    @rule(draft=any_requests())
    def asks_anything(self, draft: Draft) -> None:
        """Any input."""
        self._do(draft, partial(self._ask, draft))

    @precondition(lambda self: self.has_open_key)
    @rule(draft=open_requests)
    def asks_with_an_open_key(self, draft: Draft) -> None:
        """Without a token."""
        self._do(draft, partial(self._ask, draft))

    @rule(index=indices)
    def asks_once_more(self, index: int) -> None:
        """The same request as before."""
        self._do(("once more", index), partial(self._ask_again, index))

    @precondition(lambda self: self.can_begin)
    @rule(index=indices, role=_roles)
    def a_call_begins(self, index: int, role: Role) -> None:
        """Of one of the numbers."""
        self._do(("begins", index, role), partial(self._begin, index, role))

    @precondition(lambda self: self.places)
    @rule(index=indices)
    def a_call_ends(self, index: int) -> None:
        """Of those that are ongoing."""
        self._do(("ends", index), partial(self._end, index))

    def teardown(self) -> None:
        """In the end all calls are as they must be."""
        self._do("the end", self._session.aftermath)

    @property
    def has_open_key(self) -> bool:
        """Whether the profile gives a key that needs no token."""
        return bool(self._session.population.recorder.target.credentials.open_api_key)

    @property
    def places(self) -> bool:
        """Whether the lab can begin and end calls at any time."""
        return self._session.population.places

    @property
    def can_begin(self) -> bool:
        """Whether there is room for one more call."""
        begun = sum(1 for step in self._steps if isinstance(step, tuple) and step[:1] == ("begins",))
        return self.places and begun < _MOST_BEGUN

    def _do(self, step: Hashable, act: Callable[[], Findings]) -> None:
        self._steps += (step,)
        goes_on, self._goes_on = self._goes_on, False
        self._goes_on = goes_on and self._hunt.attempt(self._steps, self._session, act)

    def _ask(self, draft: Draft) -> Findings:
        try:
            request = draft.request(self._session.population.cast(self._focus))
        except UncastError:
            return ()
        return self._send(request)

    def _ask_again(self, index: int) -> Findings:
        return self._send(self._asked[index % len(self._asked)]) if self._asked else ()

    def _send(self, request: Request) -> Findings:
        if not self._session.may_send(request):
            return ()
        self._asked.append(request)
        return self._session.ask(request)

    def _begin(self, index: int, role: Role) -> Findings:
        numbers = self._session.population.cast(self._focus).numbers
        with suppress(NotTested):
            self._session.begin(numbers[index % len(numbers)], role)
        return ()

    def _end(self, index: int) -> Findings:
        population = self._session.population
        ids = population.cast(self._focus).call_ids
        ongoing = [call for call in population.world.calls if call.call_id in ids and call.state == "ongoing"]
        with suppress(NotTested):
            for call in ongoing[index % len(ongoing) :][:1] if ongoing else ():
                self._session.end(call)
        return ()
