"""What the contract allows as the outcome of one request."""

from dataclasses import dataclass
from typing import Literal

from keepcall.contract.call import Call

Word = Literal["granted", "refused", "denied", "undetermined"]
"""`denied` is refused in whatever form; `undetermined` is the contract's silence."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What must come of a request.

    Attributes:
        word: the outcome.
        requirements: the ids that demand it; none where it is undetermined.
        silence: about what the contract is silent; empty where the outcome is determined.
        selected: the call that a granted request acts on, as it was.
        goal: the same call as it must be afterwards; there also where only the effect is determined.
        touchable: ids of the calls that an undetermined request may have changed.
        looked_up: whether the server must have looked for a call to come to this.
    """

    word: Word
    requirements: tuple[str, ...] = ()
    silence: str = ""
    selected: Call | None = None
    goal: Call | None = None
    touchable: frozenset[str] = frozenset()
    looked_up: bool = True

    def in_words(self) -> str:
        """The ruling for a message: `refused (KC-SEL-07)`."""
        match self.word:
            case "undetermined":
                return f"granted or refused: the contract does not speak of {self.silence}"
            case "denied":
                return f"refused, in whatever form ({', '.join(self.requirements)})"
            case _:
                return f"{self.word} ({', '.join(self.requirements)})"
