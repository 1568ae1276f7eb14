"""Values of requests in terms of the calls that they are about, so that others can be put in their place.

A replay arranges calls of its own, with callIDs and numbers that nobody else has. Whatever a file says of a call or a
number of its own, right or nearly right, is said of those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keepcall.cases.generation.nobodys import NAMES, foreign, foreign_action
from keepcall.cases.generation.values import TWISTS

KEYS = ("KEEPCALL_API_KEY", "KEEPCALL_OPEN_API_KEY", "KEEPCALL_OTHER_API_KEY")
TOKENS = ("KEEPCALL_TOKEN", "KEEPCALL_EXPIRED_TOKEN", "KEEPCALL_OTHER_TOKEN")

SECRETS: Mapping[str, tuple[str, ...]] = {"apiKey": KEYS, "token": TOKENS}
"""The parameters that may hold a secret, and which, by the variables that stand for them."""

_LONG = 16
"""Digits from which on a text is no number, and may all the same be two of a call's."""


class StrangerError(LookupError):
    """A value names what is neither of the calls at hand nor nobody's; the text says what."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Which callID or number stands for which.

    Attributes:
        places: what is named, each with what is named in its place; the same where nothing changes.
    """

    places: Mapping[str, str]

    @classmethod
    def keeping(cls, texts: Iterable[str]) -> "Naming":
        """One that changes nothing."""
        return cls({text: text for text in texts if text})

    def of(self, text: str) -> str:
        """What stands for a callID or a number."""
        return self.places.get(text, text)

    def value(self, name: str, text: str) -> str:
        """The value of a parameter, with what stands for whom it names.

        Raises:
            StrangerError: when it may name somebody else, or ask for another function.
        """
        if name not in NAMES:
            raise StrangerError(f"the name of a parameter that the suite does not send: {name}")
        if name == "action":
            if refuses_number := foreign_action(text):
                raise StrangerError(refuses_number)
            return text
        refuses_number = foreign(text)
        if name not in SECRETS and (refuses_number or len(text) >= _LONG):
            for own in sorted(self.places, key=len, reverse=True):
                found = self._in_terms_of(own, text)
                if found is not None:
                    return found
        if refuses_number:
            raise StrangerError(refuses_number)
        return text

    def knows(self, name: str, text: str) -> bool:
        """Whether a parameter may be sent with this value."""
        try:
            self.value(name, text)
        except StrangerError:
            return False
        return True

    def _in_terms_of(self, own: str, text: str) -> str | None:
        """A value that is one of the twists of a callID or number, or has it before something that is nobody's."""
        if text.startswith(own) and not foreign(text[len(own) :]):
            return self.places[own] + text[len(own) :]
        return next((twist(self.places[own]) for twist in TWISTS.values() if twist(own) == text), None)
