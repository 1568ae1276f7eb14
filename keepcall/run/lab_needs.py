"""What the suites need of a lab: every number with its calls, found out by a dry run of all situations.

For testers who arrange calls by hand, and for the table of `docs/testers.md`.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from keepcall.cases.engine.feasibility import feasible
from keepcall.cases.properties.burst_plans import SEPARATE
from keepcall.cases.properties.call_pool import PARTS
from keepcall.cases.situations.table import SITUATIONS, Situation
from keepcall.contract import requirements
from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import Outcome
from keepcall.contract.target import Claims, Credentials, Secret, Target
from keepcall.lab.interface import Lab, any_number
from keepcall.lab.offer import Offer
from keepcall.lab.placing import DryLab

Shape = tuple[CallSpec, ...]
"""The calls of one number, without marks: those can be set."""

EVERYTHING = Target(
    "any",
    "http://any.invalid",
    Credentials(
        Secret("key"), Secret("token"), Secret("expired"), Secret("open"), Secret("other"), Secret("another")
    ),
)
"""A target that claims everything and whose profile holds every secret."""

NOTHING = replace(EVERYTHING, claims=Claims(methods=("GET",), statuses=("ongoing", "ongoing,next"), types=()))
"""One that claims little, so that something can be refused for that (KC-CLAIM-01)."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one execution needs at a time.

    Attributes:
        numbers: each with its shape.
        special: those of them that have to look in a certain way.
        arrivals: whether calls have to begin during the test.
    """

    numbers: tuple[tuple[Shape, Number], ...]
    special: frozenset[str] = frozenset()
    arrivals: bool = False

    def shapes(self) -> Counter[Shape]:
        """How many numbers of each shape it needs, other than the special ones."""
        return Counter(shape for shape, number in self.numbers if number.text not in self.special)


class _Notes(DryLab):
    """A rehearsal that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__(Offer())  # calls that have not begun are nothing that a tester could provide
        self.numbers: list[tuple[Shape, Number]] = []
        self.special = set[str]()
        self._noted = False
        self.arrivals = False

    def dry(self) -> Lab:
        noted, self._noted = self._noted, True
        return super().dry() if noted else self  # what is asked of another one is no need

    def number(
        self,
        specs: Sequence[CallSpec],
        operation: Operation,
        text: str = "",
        suits: Callable[[str], bool] = any_number,
    ) -> Number:
        number = super().number(specs, operation, text, suits)
        shape = tuple(replace(s, done=False, recording=s.recording or operation.recording) for s in specs)
        self.numbers.append((shape, number))
        if text or suits is not any_number:
            self.special.add(number.text)
        return number

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:
        self.arrivals = True
        return super().begin(number, spec, operation)

    def need(self) -> Need:
        """All of it."""
        return Need(tuple(self.numbers), frozenset(self.special), self.arrivals)


def need_of(situation: Situation, operation: Operation, target: Target = EVERYTHING) -> Need | None:
    """What an execution of the situation needs; None where the profile of this target rules it out."""
    notes = _Notes()
    try:
        feasible(notes, target, situation, operation)
    except Outcome:
        return None
    return notes.need()


def needs_of_properties() -> tuple[Need, Need]:
    """What any input and any sequence need, and what many requests at a time."""
    call_pool, burst = _Notes(), _Notes()
    call_pool.number(PARTS[0].specs, KEEP)  # for requests that must be granted
    call_pool.number(PARTS[0].specs, KEEP)
    for part in PARTS:
        call_pool.number(part.specs, part.operation)
    for kind in SEPARATE:
        burst.number(kind.specs, KEEP)
    return call_pool.need(), burst.need()


def all_needs(target: Target = EVERYTHING) -> tuple[Need, ...]:
    """The needs of every play, and of the property tests."""
    executions = [need_of(row, operation, target) for row in SITUATIONS() for operation in row.executed]
    return (*(need for need in executions if need), *needs_of_properties())


def arrangement(needs: Iterable[Need]) -> tuple[Number, ...]:
    """Numbers with calls that meet each of these needs, one at a time: as few of each shape as that takes."""
    wanted: Counter[Shape] = Counter()
    chosen: list[Number] = []
    for need in needs:
        if need.arrivals:
            continue
        lacking = need.shapes() - wanted
        if need.special:
            chosen += [number for _, number in need.numbers]
            continue
        for shape, number in need.numbers:
            if lacking[shape] > 0:
                lacking[shape] -= 1
                wanted[shape] += 1
                chosen.append(number)
    return tuple(chosen)


def table() -> str:
    """The table of `docs/testers.md`: for each requirement with situations of its own, the numbers that they need."""
    lines = ["| requirement | numbers, each with its calls, that its situations need at a time |", "|---|---|"]
    for requirement in requirements.load():
        rows = SITUATIONS(requirement.id)
        needs = [need for row in rows for operation in row.executed if (need := need_of(row, operation))]
        lines += [f"| {requirement.id} | {_in_words(needs)} |"] * bool(needs)
    return "\n".join(lines) + "\n"


def _in_words(needs: Sequence[Need]) -> str:
    most: Counter[str] = Counter()
    for need in needs:
        most |= Counter(_calls(shape) for shape in need.shapes().elements())
    words = [f"{count} with {calls}" for calls, count in most.items()]
    words += ["numbers that look like others"] * any(need.special for need in needs)
    words += ["calls that begin during the test"] * any(need.arrivals for need in needs)
    return "; ".join(words)


def _calls(shape: Shape) -> str:
    """The calls of one number: `ongoing as calling, finished as called`."""
    each = [
        f"{spec.state} as {spec.role}" + (f" ({spec.recording})" if spec.recording != "on-demand" else "")
        for spec in shape
    ]
    return ", ".join(each) or "no call at all"


if __name__ == "__main__":
    sys.stdout.write(table())
