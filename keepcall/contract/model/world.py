"""What there is before a request: calls, who may ask, and what the target claims."""

from dataclasses import dataclass, field, replace

from keepcall.contract.call import Call
from keepcall.contract.target import Claims


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Who may ask.

    Attributes:
        api_key: the right key.
        token: its token; empty where none is needed.
        open_key: a key that needs no token; empty where none is known.
        foreign: keys and tokens that are good for something else; what they do here is no matter of course.
    """

    api_key: str
    token: str = ""
    open_key: str = ""
    foreign: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "Access(…)"


@dataclass(frozen=True, slots=True)
class World:
    """What the outcome of a request depends on.

    Attributes:
        calls: every call, as it is now.
        access: who may ask.
        claims: what the target offers.
        unsure: ids of calls whose marks nobody knows, after requests about which the contract is silent.
    """

    calls: tuple[Call, ...]
    access: Access
    claims: Claims = field(default_factory=Claims)
    unsure: frozenset[str] = frozenset()

    def call(self, call_id: str) -> Call | None:
        """The call with exactly this ID."""
        return next((call for call in self.calls if call.call_id == call_id), None)

    def of(self, number: str) -> tuple[Call, ...]:
        """The calls in which exactly this number is a party."""
        return tuple(call for call in self.calls if number in (call.calling_party, call.called_party))

    def having(self, changed: Call) -> "World":
        """The world with this call as it is now: a new one, or in place of what it was."""
        calls = {call.call_id: call for call in self.calls} | {changed.call_id: changed}
        return replace(self, calls=tuple(calls.values()))

    def asked_with(self, token: str) -> "World":
        """The world in which this token is the right one, after the one before has expired."""
        return self if token == self.access.token else replace(self, access=replace(self.access, token=token))

    def doubting(self, call_ids: frozenset[str]) -> "World":
        """The world in which nobody knows the marks of these calls any more.

        For good: a request about which the contract is silent may yet have its effect when a later one had its own.
        """
        return replace(self, unsure=self.unsure | call_ids)
