"""A situation: calls in a named state, a request about them, and what the contract demands of the answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from keepcall.cases.setup import Arrangement, Setup
from keepcall.contract import requirements as catalogue
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.request import FORMATS, Format
from keepcall.contract.requirements import Level

Demand = Literal["granted", "refused", "denied", "either"]
"""What is demanded: granted; refused over what is asked; denied over `action`, `apiKey` or `token`; either of both.

A denial may come in any form: all that counts is that nothing is granted and nothing changes (KC-RSP-03 aside).
"""

DEMANDS: tuple[Demand, ...] = get_args(Demand)
ALL = (KEEP, UNMARK, RECORD, STOP_RECORDING)
ON_DEMAND = (KEEP, UNMARK)


@dataclass(frozen=True, repr=False)
class Situation:
    """One row of the table.

    Attributes:
        name: in words; also the id of the tests that execute it.
        requirement: the id of the requirement that demands its outcome.
        kind: the outcome.
        arrange: brings it about on a setup.
        operations: those of the four for which the contract demands this outcome.
        not_found: whether the call cannot be found, so that KC-XML-06 and KC-XML-07 apply.
        wide: whether it is executed in every way; the others are executed in XML alone.
        spelt: whether it sends text that must be escaped, and so is executed in every format.
    """

    name: str
    requirement: str
    kind: Demand
    arrange: Callable[[Setup], Arrangement]
    operations: tuple[Operation, ...] = ALL
    not_found: bool = False
    wide: bool = False
    spelt: bool = False

    def __repr__(self) -> str:
        """The same in every process: reports that know a test by its parameters know it again in the next run."""
        return f"Situation({self.name!r})"

    @property
    def executed(self) -> tuple[Operation, ...]:
        """The operations that it is executed with: `manualRecord` only where it is wide, or about nothing else."""
        if self.wide or KEEP not in self.operations:
            return self.operations
        return tuple(operation for operation in self.operations if not operation.type)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that it is executed in where a test is about more than one requirement's own."""
        return FORMATS if self.wide or self.spelt else FORMATS[:1]

    @property
    def lacks_access(self) -> bool:
        """Whether its request has wrong or missing credentials, which a target may take for an attack."""
        return self.kind == "denied" and self.requirement.startswith("KC-AUTH-")

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.name)


class Table:
    """All situations, by the decorators that make them."""

    def __init__(self) -> None:
        self._rows: dict[str, Situation] = {}

    def row(
        self,
        kind: Demand,
        name: str,
        requirement: str,
        *,
        operations: tuple[Operation, ...] = ALL,
        not_found: bool = False,
        wide: bool = False,
        spelt: bool = False,
    ) -> Callable[[Callable[[Setup], Arrangement]], Situation]:
        """Decorates the function that arranges a situation, and adds it to the table."""

        def add(arrange: Callable[[Setup], Arrangement]) -> Situation:
            if name in self._rows:
                raise ValueError(f"two situations are called {name!r}")
            situation = Situation(name, requirement, kind, arrange, operations, not_found, wide, spelt)
            self._rows[name] = situation
            return situation

        return add

    def __call__(
        self,
        *requirements: str,
        kinds: Iterable[Demand] = DEMANDS,
        operation: Operation | None = None,
        wide: bool = False,
        spelt: bool = False,
        not_found: bool = False,
        binding: bool = False,
    ) -> tuple[Situation, ...]:
        """Rows of the table, all of them where nothing is asked for.

        Args:
            requirements: only those of these requirements.
            kinds: only those with one of these outcomes.
            operation: only those that allow this operation.
            wide: only those that are executed in every way.
            spelt: only those that are executed in every format: the wide ones, and those whose text must be escaped.
            not_found: only those whose call cannot be found.
            binding: only those whose outcome is a MUST: no other requirement may rest on a SHOULD.
        """
        return tuple(
            row
            for row in self._rows.values()
            if (not requirements or row.requirement in requirements)
            and row.kind in kinds
            and (operation is None or operation in row.operations)
            and (row.wide or not wide)
            and (row.wide or row.spelt or not spelt)
            and (row.not_found or not not_found)
            and (not binding or catalogue.load().get(row.requirement).level is Level.MUST)
        )


SITUATIONS = Table()
