"""JSON in place of a page: what stands in it is no mark-up, and browsers do not take it for a page (RFC 8259)."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect.markup import unescaped_markup

Answered = Callable[..., Exchange]
Names = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("content_type", "violations"),
    [
        ("application/json", []),
        ("application/problem+json; charset=utf-8", []),
        ("Application/JSON", []),
        ("text/plain", ["MarkupOfTheCaller"]),
        ("application/jsonp", ["MarkupOfTheCaller"]),
        ("", ["MarkupOfTheCaller"]),
    ],
)
def test_mark_up_in_json_is_none(content_type: str, violations: list[str], answered: Answered, names: Names) -> None:
    headers = [("Content-Type", content_type)] if content_type else []
    exchange = answered('{"detail": "no <kc-x>7"}', asked={"responseType": "HTML"}, headers=headers)

    assert names(unescaped_markup("<kc-x>7")(exchange)) == violations
