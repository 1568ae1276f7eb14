"""Any sequence (KC-ANY-04): calls begin and end, are kept and unmarked, asked for and refused in every way."""

from typing import cast

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from keepcall.cases.engine.driver import Driver
from keepcall.cases.generation import fixed_examples
from keepcall.cases.generation.budget import STEPS
from keepcall.cases.generation.strategies import (
    any_requests,
    indices,
    keeping,
    open_requests,
    refused_requests,
    unmarking,
)
from keepcall.cases.generation.templates import Begin, End, RequestTemplate
from keepcall.cases.properties.call_pool import PARTS, CallPool
from keepcall.cases.properties.checks import form_of_a_ruling, outcome
from keepcall.cases.properties.search import bounded
from keepcall.cases.properties.session import Session
from keepcall.cases.properties.steps import StepRunner
from keepcall.contract.call import Role
from keepcall.contract.operation import KEEP

_MOST_NUMBERS = 3
_MOST_BEGUN = 6

_parts = st.integers(0, len(PARTS) - 1)
_roles: st.SearchStrategy[Role] = st.sampled_from(("calling", "called"))


def expect_of_any_sequence(driver: Driver) -> None:
    """Each step of every sequence has the outcome, and in the end all calls the state, that the contract gives them.

    Raises:
        Failure: with a counter-example that is as small as can be, when one does not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls.
    """
    __tracebackhide__ = True
    with driver.setup(KEEP) as setup:
        session = Session(CallPool.on(driver, setup), (form_of_a_ruling, outcome))
        runner = StepRunner(session, session.ask)

        def machine() -> Telephony:
            return Telephony(runner)

        seed(driver.budget.seed)(machine)
        factory = cast("type[RuleBasedStateMachine]", machine)  # any factory will do, as its documentation says
        limits = bounded(driver.budget.sequences, STEPS)

        def search() -> None:
            for focus, steps in fixed_examples.sequences():
                runner.run(steps, focus)
            run_state_machine_as_test(factory, settings=limits)

        runner.search_state.search(search)
        runner.conclude()


class Telephony(RuleBasedStateMachine):
    """One sequence, about a few numbers and their calls.

    What can be done next depends on what was drawn before, never on what came of it: the same seed gives the same
    sequences on every target.
    """

    def __init__(self, runner: StepRunner) -> None:
        super().__init__()
        self._runner = runner
        self._drafts: list[RequestTemplate] = []
        self._begun = 0

    @initialize(focus=st.lists(_parts, min_size=1, max_size=_MOST_NUMBERS, unique=True))
    def is_about(self, focus: list[int]) -> None:
        """A few numbers, so that requests meet what earlier ones have left."""
        self._runner.begin(tuple(focus))

    @rule(template=keeping())
    def keeps(self, template: RequestTemplate) -> None:
        """By the book."""
        self._take(template)

    @rule(template=unmarking())
    def unmarks(self, template: RequestTemplate) -> None:
        """By the book."""
        self._take(template)

    @rule(template=keeping())
    def keeps_another(self, template: RequestTemplate) -> None:
        """The same once more: much of what happens should be this."""
        self._take(template)

    @rule(template=refused_requests())
    def asks_wrongly(self, template: RequestTemplate) -> None:
        """What must be refused."""
        self._take(template)

    @rule(template=any_requests())
    def asks_anything(self, template: RequestTemplate) -> None:
        """Any input."""
        self._take(template)

    @precondition(lambda self: self.has_open_key)
    @rule(template=open_requests)
    def asks_with_an_open_key(self, template: RequestTemplate) -> None:
        """Without a token."""
        self._take(template)

    @precondition(lambda self: self.has_asked)
    @rule(index=indices)
    def asks_once_more(self, index: int) -> None:
        """The same request as before."""
        self._runner.take(self._drafts[index % len(self._drafts)])

    @precondition(lambda self: self.can_begin)
    @rule(index=indices, role=_roles)
    def a_call_begins(self, index: int, role: Role) -> None:
        """Of one of the numbers."""
        self._begun += 1
        self._runner.take(Begin(index, role))

    @precondition(lambda self: self.places)
    @rule(index=indices)
    def a_call_ends(self, index: int) -> None:
        """Of those that are ongoing."""
        self._runner.take(End(index))

    def teardown(self) -> None:
        """In the end all calls are as they must be."""
        self._runner.finish()

    @property
    def has_open_key(self) -> bool:
        """Whether the profile gives a key that needs no token."""
        return bool(self._runner.session.call_pool.driver.target.credentials.open_api_key)

    @property
    def has_asked(self) -> bool:
        """Whether there was a request."""
        return bool(self._drafts)

    @property
    def places(self) -> bool:
        """Whether the lab can begin and end calls at any time."""
        return self._runner.session.call_pool.places

    @property
    def can_begin(self) -> bool:
        """Whether there is room for one more call."""
        return self.places and self._begun < _MOST_BEGUN

    def _take(self, template: RequestTemplate) -> None:
        self._drafts.append(template)
        self._runner.take(template)
