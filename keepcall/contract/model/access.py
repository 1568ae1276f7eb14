"""The rules about `action`, `apiKey` and `token` (KC-ACT-01, KC-ACT-02, KC-AUTH-01 to KC-AUTH-06)."""

from collections.abc import Iterator

from keepcall.contract.model import equivalence
from keepcall.contract.model.parameters import Parameter, Parameters
from keepcall.contract.model.world import Access

_OTHER_ACTIONS = frozenset({"requesttoken"})
"""Actions of the same interface: what they do is no matter of this contract."""


def offences(access: Access, asking: Parameters) -> Iterator[str]:
    """The ids of requirements by which the request is refused for sure."""
    yield from _action(asking["action"])
    yield from _key(access, asking["apiKey"])
    if _needs_token(access, asking):
        yield from _token(access, asking["token"])


def doubts(access: Access, asking: Parameters) -> Iterator[str]:
    """What leaves open whether the request is let in."""
    if asking["action"].text != "KeepCall":
        yield "such an action"
    if asking["apiKey"].text not in {access.api_key, access.open_key}:
        yield "such an apiKey"
    elif _needs_token(access, asking):
        if asking["token"].text != access.token:
            yield "such a token"
    elif not asking["token"].missing:
        yield "a token where none is needed"


def _needs_token(access: Access, asking: Parameters) -> bool:
    """Whether the key is the one with authentication; of another one nothing is known."""
    return bool(access.token) and asking["apiKey"].text == access.api_key


def _action(given: Parameter) -> Iterator[str]:
    if given.missing:
        yield "KC-ACT-01"
    elif given.text is not None and equivalence.bare(given.text) not in {"keepcall", *_OTHER_ACTIONS}:
        yield "KC-ACT-02"


def _key(access: Access, given: Parameter) -> Iterator[str]:
    if given.missing:
        yield "KC-AUTH-01"
    elif given.text is not None and not _is_like(given.text, access.api_key, access.open_key, *access.foreign):
        yield "KC-AUTH-02"


def _token(access: Access, given: Parameter) -> Iterator[str]:
    if given.missing:
        yield "KC-AUTH-03"
    elif given.text is not None and not _is_like(given.text, access.token, *access.foreign):
        yield "KC-AUTH-04"


def _is_like(text: str, *known: str) -> bool:
    return any(one and equivalence.guid(text) == equivalence.guid(one) for one in known)
