"""The sentences that the documentation prints, and how texts are compared with them."""

import re
import unicodedata

SUCCESS = "The call has been marked for recording."
"""What HTML and TEXT say of a granted keep."""

NOT_FOUND = "Unable to keep the call, because the call cannot be found."
"""What XML says where a call cannot be found, for a keep without `type` and `unmark`."""

ANSWERS = (
    '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"><ErrorMessage>'
    f"{NOT_FOUND}</ErrorMessage></Response></VerbaApi><html><body><p>{SUCCESS}</p></body></html>"
)
"""All that the documented answers are made of: a secret that is part of it could not be told from an answer."""

_SPACES = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]")
"""All but what is a single space already."""
_LOOSE = re.compile(r"\W+")
_WORDS = SUCCESS.split()


def collapsed(text: str) -> str:
    """Text with each run of white space as one space and none at the ends.

    White space is what HTML calls so (HTML standard, section "ASCII whitespace"): a no-break space is a character.
    """
    return _SPACES.sub(" ", text).strip(" ")


def holds_success(text: str) -> bool:
    """Whether the success sentence is part of a text, whatever white space is between its words."""
    return all(word in text for word in _WORDS) and SUCCESS in collapsed(text)


def has_text(text: str) -> bool:
    """Whether there is anything for a person to read: more than spaces, controls and invisible characters."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def says_success(text: str) -> bool:
    """Whether a text tells of a grant, so that its outcome can be told apart from its exact wording.

    That is the case where the success sentence is part of it, and where it is all of it but for case and
    punctuation: the exact wording is for KC-HTML-01 and KC-TEXT-01 to judge.
    """
    return holds_success(text) or _LOOSE.sub(" ", text).strip().casefold() == _LOOSENED


_LOOSENED = _LOOSE.sub(" ", SUCCESS).strip().casefold()
