"""Calls that a program has placed, and the telephone line on which they are held."""

from dataclasses import dataclass, field

from keepcall.contract.call import Call, CallSpec


@dataclass(slots=True)
class Held:
    """A call that the program has placed."""

    handle: str
    call: Call
    disposable: bool
    touched: bool = False


@dataclass(slots=True)
class HeldLine:
    """A number with its calls.

    Attributes:
        text: the number.
        shape: what they are; nothing once that is not so any more.
        calls: their IDs, in the order of the shape.
    """

    text: str
    shape: tuple[CallSpec, ...] = ()
    calls: list[str] = field(default_factory=list)
