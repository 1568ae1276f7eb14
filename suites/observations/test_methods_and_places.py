"""Requests that come in another way than by GET with a query, or by POST as the profile says."""

import pytest

from keepcall.cases.observations.api import Encode, Observer, asking, by_call_id, encodings, ongoing


@pytest.mark.parametrize(
    "spell",
    [
        asking("KC-OBS-042", encodings.post("form")),
        asking("KC-OBS-043", encodings.post("query")),
        asking("KC-OBS-044", encodings.post("mixed")),
        asking("KC-OBS-045", encodings.post_multipart),
        asking("KC-OBS-046", encodings.post_json),
        asking("KC-OBS-050", encodings.with_slash),
    ],
)
def test_another_place(observer: Observer, spell: Encode) -> str:
    """Whatever the profile claims."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.outcome(observer.send(by_call_id(call), spell), call)


@pytest.mark.parametrize(
    "method", [asking("KC-OBS-047", "HEAD"), asking("KC-OBS-048", "PUT"), asking("KC-OBS-049", "DELETE")]
)
def test_another_method(observer: Observer, method: str) -> str:
    """With the parameters in the query."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.status_and_effect(observer.send(by_call_id(call), encodings.by(method)), call)
