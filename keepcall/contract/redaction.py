"""Secrets never leave the suite: each is replaced by the name of the shell variable that holds it.

A secret is found again in whatever spelling it comes back: raw, percent- or form-encoded, escaped for XML, HTML,
JSON or a programming language, in quoted-printable, in UTF-16, in another normal form of Unicode, in hexadecimal, in
Base64 (RFC 4648) at any place of the encoded text and over several lines, Basic credentials (RFC 7617) included,
several of these at once or twice over, and in any case. So text is searched as it is, and with its encodings undone;
and where it was cut off, for the beginning of a secret, too.

What the suite makes of a secret (`masking.derived`) is one as well, and so is a part of one that is longer than
eight bytes. Whatever stands where a key, a token or a password does is shown only if the suite made it up.
"""

import base64
import re
import threading
from collections.abc import Iterable, Iterator, Mapping

from keepcall.contract.masking.interface import SHORTEST
from keepcall.contract.masking.known import FIXED, Known, bare
from keepcall.contract.masking.needles import Found
from keepcall.contract.masking.places import names_a_secret, places
from keepcall.contract.masking.spellings import codes, spellings
from keepcall.contract.masking.views import views

__all__ = ["HIDDEN", "SHORTEST", "Redactor", "codes", "spellings"]

HIDDEN = "(hidden)"
"""Stands for a key, a token or a password that is not known, and that the suite did not make up."""

_MOST_KEPT, _LONGEST_KEPT = 4_096, 4_096
"""Texts, and characters of each, that are not searched again when they come again."""

_MASKED = re.compile(rb"\$\{?[A-Z_]+\b|\$\(printf|\(part of \$|\(hidden\)")
"""How what stands for a secret begins, in text that was masked before."""

_Span = tuple[int, int, bool, str]
"""Bytes that are not shown, whether they are a whole value beside its name, and what is shown instead."""


class Redactor:
    """Replaces secrets in text. Threads may share it.

    Args:
        secrets: the secret text by the name of its variable, `{"KEEPCALL_TOKEN": "…"}`; empty ones are ignored.
        pairs: user and password that go together in Basic credentials.
    """

    def __init__(self, secrets: Mapping[str, str], pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._lock = threading.Lock()
        self._known = Known()
        for name, secret in secrets.items():
            self.learn(name, secret)
        for user, password in pairs:
            self.learn_pair(user, password)

    def learn(self, name: str, secret: str) -> None:
        """From now on this is a secret, too: a token that was asked for, say. Earlier ones stay secret.

        So is all that the suite makes of it.
        """
        with self._lock:
            if secret and secret not in self._known.secrets:
                self._known = self._known.learning(name, secret)

    def learn_pair(self, user: str, password: str) -> None:
        """From now on the Basic credentials of this user are a secret."""
        pair = base64.b64encode(f"{user}:{password}".encode())
        with self._lock:
            self._known = self._known.pairing({pair.rstrip(b"=").lower(), *codes(pair)})

    def hear(self, parameters: Iterable[tuple[str, str]]) -> None:
        """These parameters are about to be sent: a key or token among them may be shown if it is made up.

        One that comes near a secret, and that `masking.derived` does not make of it, is a secret from now on.
        """
        for name, value in parameters:
            if value and names_a_secret(name):
                with self._lock:
                    self._known = self._known.hearing(value)

    def text(self, text: str) -> str:
        """The text with every secret replaced by `$NAME`."""
        known = self._known
        masked = known.masked.get(text)
        if masked is None:
            masked = _masked(text, known)
            if len(text) <= _LONGEST_KEPT:
                if len(known.masked) >= _MOST_KEPT:
                    known.masked.clear()
                known.masked[text] = masked
        return masked

    def beginning(self, text: str, length: int) -> str:
        """The first characters of a text, masked, in a time that its length does not matter to."""
        if len(text) <= length:
            return self.text(text)
        return self.text(f"{text[:length]}…")[:-1]

    def split(self, text: str) -> list[tuple[str, str]]:
        """The text as pieces, `(literal, "")` or `("", NAME)`, for whoever writes a command line."""
        known = self._known
        if name := known.name(text):
            return [("", name.text)]
        inside = known.around.get(text, "")
        names = {secret: name.text for secret, name in known.secrets.items() if name.sought or secret == inside}
        found = [secret for secret in names if secret in text]
        if not found:
            return [(text, "")]
        pattern = "|".join(re.escape(secret) for secret in sorted(found, key=len, reverse=True))
        pieces = re.split(f"({pattern})", text)
        return [("", names[piece]) if piece in names else (piece, "") for piece in pieces if piece]

    def in_shell(self, name: str) -> str:
        """What gives the value of this name, one that `split` gave, in a POSIX shell, inside double quotes."""
        known = self._known
        shells = (each.shell for each in (*known.secrets.values(), *known.derived.values()) if each.text == name)
        return next(shells, f"${{{name}}}")


def _masked(text: str, known: Known) -> str:
    if not known.secrets and not known.pairs:
        return text
    data = text.encode("utf-8", "surrogatepass")
    whole = [
        (*_of_whole_characters(data, start, stop), beside, label)
        for start, stop, beside, label in _spans(data, known)
    ]
    spans = sorted(dict.fromkeys(whole), key=lambda span: (span[0], -span[1], not span[2]))
    pieces, end = list[bytes](), 0
    for start, stop, _, label in spans:
        if start >= end:
            pieces += [data[end:start], label.encode("utf-8", "surrogatepass")]
        end = max(end, stop)
    return b"".join([*pieces, data[end:]]).decode("utf-8", "surrogatepass") if spans else text


def _of_whole_characters(data: bytes, start: int, stop: int) -> tuple[int, int]:
    """The bytes, and those of the characters that they are a part of: secrets may differ within one (RFC 3629)."""
    while start > 0 and data[start] & 0xC0 == 0x80:  # noqa: PLR2004 - a byte that goes on with a character
        start -= 1
    while stop < len(data) and data[stop] & 0xC0 == 0x80:  # noqa: PLR2004
        stop += 1
    return start, stop


def _spans(data: bytes, known: Known) -> Iterator[_Span]:
    """What is not shown, by offsets, and what is shown in its place."""
    found, beside = list[_Span](), list[_Span]()
    for view in views(data):
        for each in known.needles.found_in(view.text.lower()):
            if each.kind != "part" or view.text[each.start : each.end] not in FIXED.encode():
                found.append((*view.origin(each.start, each.end), False, _label(each)))
        last = 0
        for start, end in places(view.text):
            if start >= last and (label := _shown_at(view.text, start, end, known)):
                beside.append((*view.origin(start, end), True, label))
                last = end
    yield from found
    for start, end, _, label in beside:
        if label != HIDDEN or not any(begin <= start and end <= stop for begin, stop, *_ in found):
            yield start, end, True, label


def _label(found: Found) -> str:
    return f"(part of ${found.name})" if found.kind == "part" else f"${found.name}"


def _shown_at(text: bytes, start: int, end: int, known: Known) -> str:
    """What is shown where a key, a token or a password stands; empty for what may be seen."""
    value, behind = text[start:end], text[start:]
    if _MASKED.match(text, start):
        return ""
    for spelled in (value, value.replace(b"+", b" ")):
        bared = bare(spelled)
        if bared in known.labels:
            return known.labels[bared]
        if known.may_show(bared, behind):
            return ""
    return HIDDEN
