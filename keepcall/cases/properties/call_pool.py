"""The calls that property tests ask for: a few of each kind, arranged once for a test and mended after use."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from keepcall.cases.engine.access import TargetAccess
from keepcall.cases.generation.naming import Naming
from keepcall.cases.generation.templates import Known
from keepcall.cases.setup import Arrival, Setup
from keepcall.contract.call import Call, CallSpec, Number, Role, finished, ongoing, unchanged
from keepcall.contract.model import Access, World
from keepcall.contract.operation import KEEP, RECORD, Operation
from keepcall.contract.outcomes import NotTested
from keepcall.lab.placing import PlacingLab


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """One number, and the calls that it has."""

    specs: tuple[CallSpec, ...]
    operation: Operation = KEEP


PARTS = (
    PoolEntry((ongoing(),)),
    PoolEntry((ongoing("called"), finished())),
    PoolEntry((ongoing(), ongoing("called"))),
    PoolEntry(()),
    PoolEntry((finished("called", started=3000, ended=300), finished(started=1800, ended=1200))),
    PoolEntry((ongoing(done=True),)),
    PoolEntry((ongoing(),), RECORD),
)
"""What requests are about; the first one must be there, or nothing can be tested."""

ANYBODY = "1234567890"
"""Stands for whatever number is drawn."""


@dataclass(slots=True)
class CallPool:
    """The numbers and calls on one setup.

    Attributes:
        driver: whose target they are calls of.
        setup: removes them at the end.
        numbers: the text of each part's number.
        spare: a call that no template is about, for requests that must be granted.
        world: what the model knows.
        coming: the ID of the next call that begins.
        foretold: whether a request has named it.
        nobodys: numbers and callIDs that requests may name though no call has them, or not yet.
    """

    driver: TargetAccess
    setup: Setup
    numbers: list[str]
    spare: Call
    world: World
    _as_arranged: list[Call]
    _bystanders: frozenset[str] = frozenset()
    coming: str = field(default_factory=lambda: str(uuid.uuid4()))
    foretold: bool = False
    nobodys: dict[str, None] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    @classmethod
    def on(cls, driver: TargetAccess, setup: Setup) -> "CallPool":
        """The call pool, as far as the lab can arrange it.

        Raises:
            NotTested: when it cannot arrange the least of it, or when drawn requests may meet somebody's calls.
        """
        if reason := driver.lab.refuses_number(ANYBODY):
            raise NotTested(reason)
        numbers, calls = list[str](), list[Call]()
        spare = setup.number(ongoing()).call
        for part in PARTS:
            try:
                number = driver.lab.number(part.specs, part.operation)
            except NotTested:
                if not numbers:
                    raise
                continue
            setup.take(number)
            numbers.append(number.text)
            calls += number.calls
        beside = {call.call_id: call for call in driver.lab.unassigned_calls()}
        if beside:
            beside[spare.call_id] = spare  # of which nobody but the suite knows, either
        world = world_of(driver, [*calls, *beside.values()]).doubting(frozenset(beside))
        return cls(driver, setup, numbers, spare, world, calls, frozenset(beside))

    @classmethod
    def of(cls, driver: TargetAccess, setup: Setup, calls: Sequence[Call]) -> "CallPool":
        """A call pool of these calls, which the lab has placed."""
        spare = setup.number(ongoing()).call
        return cls(driver, setup, [], spare, world_of(driver, calls), list(calls))

    @property
    def places(self) -> bool:
        """Whether the lab can place calls at any time."""
        return isinstance(self.driver.lab, PlacingLab)

    def calls(self, focus: tuple[int, ...] = ()) -> list[Call]:
        """The calls of these parts, or all of them; bystanders are left in peace."""
        ours = [call for call in self.world.calls if call.call_id not in self._bystanders]
        if not focus:
            return ours
        numbers = set(self._numbers(focus))
        return [call for call in ours if {call.calling_party, call.called_party} & numbers]

    def cast(self, focus: tuple[int, ...] = ()) -> Known:
        """Whom templates may name: the numbers of these parts with their calls, or everybody."""
        secrets = tuple((name, secret.reveal()) for name, secret in self.driver.target.credentials.given())
        ids = tuple(call.call_id for call in self.calls(focus) if call.identified)
        return Known(ids, self._numbers(focus), self.coming, secrets)

    def _numbers(self, focus: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.numbers[index % len(self.numbers)] for index in focus) or tuple(self.numbers)

    def naming(self) -> Naming:
        """What a request may name."""
        calls = self.world.calls
        named = (text for call in calls for text in (call.call_id, call.calling_party, call.called_party))
        return Naming.keeping((*named, *self.numbers, *self.nobodys, self.coming))

    def use(self, *call_ids: str) -> None:
        """Notes that these calls may not be any more as they were arranged."""
        self._used.update(call_ids)

    def mend(self) -> None:
        """Everything as it was arranged: used calls make room for new ones, which no late effect can reach.

        Where the lab cannot place calls, they stay as they are.
        """
        lab = self.driver.lab
        if not isinstance(lab, PlacingLab):
            return
        for call in [each for each in self.world.calls if each not in self._as_arranged]:
            self._used.add(call.call_id)
        for index, call in enumerate(self._as_arranged):
            if call.call_id in self._used:
                self._as_arranged[index] = lab.put(replace(call, call_id=str(uuid.uuid4())))
                self.setup.calls.append(self._as_arranged[index])
        for call in [each for each in self.setup.calls if each.call_id in self._used]:
            lab.remove(call)
            self.setup.calls.remove(call)
        self._used.clear()
        self.world = replace(self.world, calls=tuple(self._as_arranged), unsure=frozenset())

    def begin(self, number: str, role: Role) -> Call:
        """A call of the number begins, with the ID that was foretold, as far as the lab lets us choose it."""
        begun = self.setup.begin(Arrival(Number(number), ongoing(role)))
        lab = self.driver.lab
        if self.foretold and isinstance(lab, PlacingLab):
            lab.remove(begun)
            self.setup.calls.remove(begun)
            begun = lab.put(replace(begun, call_id=self.coming))
            self.setup.calls.append(begun)
        self.nobodys[self.coming] = None
        self.coming, self.foretold = str(uuid.uuid4()), False
        self.world = self.world.having(begun)
        return begun

    def end(self, call: Call) -> Call:
        """An ongoing call ends."""
        now = datetime.now(UTC)
        return self.place(
            replace(call, state="finished", end_time=now.replace(microsecond=now.microsecond // 1000 * 1000))
        )

    def place(self, call: Call) -> Call:
        """A call as it is from now on: a new one, or in place of what it was.

        Raises:
            NotTested: when the lab cannot place it.
        """
        lab = self.driver.lab
        if not isinstance(lab, PlacingLab):
            raise NotTested("the lab cannot begin and end calls as it is asked to")
        placed = lab.put(call)
        if all(each.call_id != placed.call_id for each in self.setup.calls):
            self.setup.calls.append(placed)
        self.use(placed.call_id)
        self.world = self.world.having(placed)
        return placed

    def changed(self, focus: tuple[int, ...] = ()) -> Iterator[tuple[Call, Call]]:
        """The calls that are not as the model has them, before and after; not those that it is unsure of."""
        for call in self.calls(focus):
            if call.call_id not in self.world.unsure:
                found = self.driver.lab.read(call)
                if not unchanged(call, found):
                    yield call, found


def world_of(driver: TargetAccess, calls: Sequence[Call]) -> World:
    """What the model has to know of a target."""
    credentials = driver.target.credentials
    foreign = {credentials.other_api_key.reveal(), credentials.other_token.reveal()} - {""}
    access = Access(
        credentials.api_key.reveal(), driver.token(), credentials.open_api_key.reveal(), frozenset(foreign)
    )
    return World(tuple(calls), access, driver.target.claims)
