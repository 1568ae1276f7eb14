"""The type of all checks: a function from an exchange to what is wrong with its answer."""

from collections.abc import Callable, Iterable

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation

Check = Callable[[Exchange], Iterable[Violation]]
"""A pure function from an exchange with an answer to what is wrong with it; nothing means that all is well."""
