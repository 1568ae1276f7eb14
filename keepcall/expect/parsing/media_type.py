"""The value of Content-Type, taken apart (RFC 9110 section 8.3)."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_ESSENCE = re.compile(rf"[ \t]*({_WORD}/{_WORD})[ \t]*")
_PARAMETER = re.compile(rf';[ \t]*(?:({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_WORD})?))?[ \t]*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type.

    Attributes:
        essence: type and subtype in lower case; empty where the value does not start with one.
        parameters: names in lower case and values without quotes, in order.
        rest: what could not be read as part of a media type.
    """

    essence: str
    parameters: tuple[tuple[str, str], ...]
    rest: str

    @property
    def charset(self) -> str | None:
        """The first `charset`; None where there is none, which is something else than an empty one."""
        return next((value for name, value in self.parameters if name == "charset"), None)


@lru_cache(maxsize=1024)
def media_type(value: str) -> MediaType:
    """The media type in a header value; spaces around `=`, which RFC 9110 forbids, are overlooked."""
    essence = _ESSENCE.match(value)
    if essence is None:
        return MediaType("", (), value)
    position, parameters = essence.end(), []
    while found := _PARAMETER.match(value, position):
        name, in_quotes, plain = found.groups()
        if name:
            value_ = plain or "" if in_quotes is None else re.sub(r"\\(.)", r"\1", in_quotes, flags=re.DOTALL)
            parameters.append((name.lower(), value_))
        position = found.end()
    return MediaType(essence[1].lower(), tuple(parameters), value[position:])
