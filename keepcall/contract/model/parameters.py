"""How a request gives its parameters: once, never, empty, or so that a server may read it in more than one way."""

from dataclasses import dataclass

from keepcall.contract.model import equivalence
from keepcall.contract.request import Request

NAMES = ("action", "apiKey", "token", "responseType", "callID", "extension", "status", "type", "unmark")
"""All parameters of the contract."""

_BY_LIKENESS = {equivalence.name(name): name for name in NAMES} | {"number": "extension"}
"""The page itself once calls the extension "the number parameter"."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request.

    Attributes:
        values: everything that may be its value.
        sure: whether there is one way to read it: its exact name is there at most once, and no name like it.
    """

    values: tuple[str, ...] = ()
    sure: bool = True

    @property
    def missing(self) -> bool:
        """Whether it is not there, for sure."""
        return self.sure and not self.values

    @property
    def text(self) -> str | None:
        """Its value, if there is one for sure."""
        return self.values[0] if self.sure and self.values else None

    @property
    def blank(self) -> bool:
        """Whether it may be read as given and empty."""
        return any(map(equivalence.is_blank, self.values))


@dataclass(frozen=True, slots=True)
class Parameters:
    """A request as its parameters.

    Attributes:
        given: each parameter of the contract, by its name.
        others: names that the contract does not know.
    """

    given: dict[str, Parameter]
    others: tuple[str, ...]

    def __getitem__(self, name: str) -> Parameter:
        return self.given[name]

    @classmethod
    def of(cls, request: Request) -> "Parameters":
        """The parameters of a complete request."""
        values: dict[str, list[str]] = {name: [] for name in NAMES}
        unsure, others = set[str](), list[str]()
        for name, value in request.parameters:
            meant = name if name in values else _BY_LIKENESS.get(equivalence.name(name), "")
            if not meant:
                others.append(name)
                continue
            if name != meant or values[meant]:
                unsure.add(meant)
            values[meant].append(value)
        return cls({name: Parameter(tuple(values[name]), name not in unsure) for name in NAMES}, tuple(others))
