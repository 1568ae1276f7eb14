"""How requests and sequences are told in a message."""

from collections.abc import Iterable, Sequence

from keepcall.contract.call import Call
from keepcall.contract.request import Request

_LONGEST = 90
"""Characters of a value in a list; the whole of it is in the curl line."""


def asked_in_words(request: Request) -> str:
    """A request in a line, without the access parameters that are right."""
    values = [f"{name}={_shown(name, value)}" for name, value in request.parameters]
    values += [f"no {name}" for name in sorted(request.omitted)]
    values += ["all percent-encoded"] * request.percent_encoded + ["backwards"] * request.backwards
    return " ".join([request.method or "a request", *(values or ["without parameters"])])


def _shown(name: str, value: str) -> str:
    if name in {"apiKey", "token"}:
        return repr(value) if len(value) < 12 else "…"  # noqa: PLR2004
    if value.isalnum() and value.isascii() and len(value) <= _LONGEST:
        return value
    return repr(value) if len(value) <= _LONGEST else f"{value[:_LONGEST]!r}… ({len(value)} characters)"


def story(calls: Sequence[Call], lines: Sequence[str]) -> str:
    """What there was, and what was done: a numbered list."""
    text = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    there = [f"the {call.in_words()} ({call.call_id})" for call in _mentioned(calls, text)]
    return f"with {'; '.join(there) or 'calls that are not asked for'}:\n{text}"


def _mentioned(calls: Iterable[Call], text: str) -> list[Call]:
    return [call for call in calls if any(w in text for w in (call.call_id, call.calling_party, call.called_party))]
