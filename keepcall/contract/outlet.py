"""The one way out for what others have said: secrets are masked, then it is cut, and nothing in it acts.

Whoever makes a message neither masks nor cuts what it quotes: whoever writes it down does, with the redactor of the
run. A text that is cut before it is masked may end in half a secret, which no search finds.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from keepcall.contract.exchange import printable
from keepcall.contract.masking.interface import Masking, NothingSecret
from keepcall.errors import KeepcallError

LONGEST = 2_000
"""Characters of one text, where nobody says otherwise."""

_WHOLE = 100_000
"""Characters of a text of ours that quotes others: so long that only what would swell a report is cut."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Makes texts fit to be seen by people, and by programs that read what we print.

    Attributes:
        redactor: knows the secrets; without one nothing is masked.
    """

    redactor: Masking = field(default_factory=NothingSecret)

    def text(self, text: str, longest: int = LONGEST) -> str:
        """A text of any number of lines, masked, then cut, with nothing in it that acts."""
        more = f"… ({len(text)} characters)" if len(text) > longest else ""
        return printable(self.redactor.beginning(text, longest)) + more

    def line(self, text: str, longest: int = LONGEST) -> str:
        """The same on one line."""
        return " ".join(self.text(text, longest).split())

    def ending(self, text: str, longest: int) -> str:
        """The end of a text on one line: all of it is masked before the rest is cut away."""
        return " ".join(printable(self.redactor.text(text)).split())[-longest:]

    def values(self, value: Any) -> Any:
        """The same JSON value with each text in it fit to be seen, the names of its members included."""
        match value:
            case str():
                return self.text(value, _WHOLE)
            case Mapping():
                return {self.text(str(key)): self.values(item) for key, item in value.items()}
            case list() | tuple():
                return [self.values(item) for item in value]
            case _:
                return value

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Within, an error of ours that is raised says nothing that must not be seen."""
        try:
            yield
        except KeepcallError as error:
            error.what, error.remedy = self.text(error.what, _WHOLE), self.text(error.remedy, _WHOLE)
            if all(isinstance(argument, str) for argument in error.args):
                error.args = tuple(self.text(argument, _WHOLE) for argument in error.args)
            raise
