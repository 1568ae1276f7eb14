"""Named states of calls, each with a request and the outcome that the contract demands.

The other modules hold the rows; to add one is to write one function that arranges it.
"""

from keepcall.cases.situations import (
    denied,
    either,
    granted,
    granted_by_status,
    lookalikes,
    refused,
    several_calls,
    upcoming,
)
from keepcall.cases.situations.table import SITUATIONS, Situation

__all__ = [
    "SITUATIONS",
    "Situation",
    "denied",
    "either",
    "granted",
    "granted_by_status",
    "lookalikes",
    "refused",
    "several_calls",
    "upcoming",
]
