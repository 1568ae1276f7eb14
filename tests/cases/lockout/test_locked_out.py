"""A recorder that locks out whoever sends wrong credentials fails no test: it is waited out, or nothing is judged."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from keepcall.cases.engine.answer_shape import NOBODYS
from keepcall.cases.engine.driver import Driver
from keepcall.cases.properties.any_input import expect_of_any_input
from keepcall.cases.properties.any_sequence import expect_of_any_sequence
from keepcall.cases.properties.bursts import expect_of_bursts
from keepcall.cases.properties.checks import as_the_contract_says
from keepcall.contract.request import keep
from keepcall.server.request import ApiRequest
from tests.cases.lockout.conftest import FOR_EVER, Locking, page

if TYPE_CHECKING:
    from tests.cases.lockout.conftest import Facing, Verdicts

REASON = "the target refuses the right credentials since wrong ones were sent (locked out?)"

KINDS: dict[str, type[Locking]] = {
    "after one, told in XML": Locking,
    "after three in all": type("Three", (Locking,), {"tries": 3, "in_a_row": False}),
    "after five in all": type("Five", (Locking,), {"tries": 5, "in_a_row": False}),
    "as to a wrong token": type("Alike", (Locking,), {"told": "The token is invalid or has expired."}),
    **{
        f"with a page and {status}": type("Page", (Locking,), {"answered": page(status)})
        for status in (200, 401, 403, 423)
    },
    "429 with Retry-After": type("Limit", (Locking,), {"answered": page(429, retry_after="0")}),
    "423 with Retry-After": type("Named", (Locking,), {"answered": page(423, retry_after="0")}),
}


@pytest.mark.parametrize("server", KINDS.values(), ids=KINDS)
def test_a_lockout_that_passes_is_waited_out(facing: "Facing", verdicts: "Verdicts", server: type[Locking]) -> None:
    made = server()
    with facing(made) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-SEL-01", "KC-SEL-02", "KC-STA-07", "KC-AUTH-06")

    assert set(found.values()) <= {"pass", "not claimed: the profile gives no credentials.open_api_key"}, found
    assert made.turned_away > 0


def test_before_anything_wrong_is_needed_nothing_wrong_is_sent(facing: "Facing", verdicts: "Verdicts") -> None:
    made = type("Cell", (Locking,), {"lasts": FOR_EVER})()
    with facing(made) as driver:
        found = verdicts(driver, "KC-SEL-01", "KC-SEL-07", "KC-STA-07", "KC-UNM-01", "KC-AUTH-06")

    assert set(found.values()) == {"pass"}
    assert made.wrong == 0


@pytest.mark.parametrize("tries", [1, 5])
def test_a_lockout_for_ever_leaves_the_rest_inconclusive(facing: "Facing", verdicts: "Verdicts", tries: int) -> None:
    made = type("Cell", (Locking,), {"lasts": FOR_EVER, "tries": tries, "in_a_row": False})()
    with facing(made, lockout_wait=0) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-AUTH-06", "KC-SEL-01", "KC-SEL-02", "KC-SEL-07")

    assert {text.partition(":")[0] for text in found.values()} <= {"pass", "inconclusive"}
    assert all(REASON in text for text in found.values() if text != "pass")
    assert made.wrong == tries, "nobody goes on to send wrong credentials to who has locked us out"
    assert made.turned_away <= 3


def test_a_lockout_of_an_hour_by_retry_after_is_not_waited_for(facing: "Facing", verdicts: "Verdicts") -> None:
    made = type("Hour", (Locking,), {"lasts": FOR_EVER, "answered": page(403, retry_after="3600")})()
    with facing(made) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-SEL-01")

    assert all(text == "pass" or REASON in text for text in found.values())
    assert made.turned_away == 2


PROPERTIES: dict[str, Callable[[Driver], None]] = {
    "any sequence": expect_of_any_sequence,
    "any input": lambda driver: expect_of_any_input(driver, as_the_contract_says),
    "many at once": expect_of_bursts,
}


@pytest.mark.parametrize("expectation", PROPERTIES.values(), ids=PROPERTIES)
@pytest.mark.parametrize("tries", [1, 3])
def test_property_tests_wait_out_a_lockout(
    facing: "Facing", expectation: Callable[[Driver], None], tries: int
) -> None:
    made = type("Some", (Locking,), {"tries": tries})()
    with facing(made) as driver:
        expectation(driver)

    assert made.wrong > 0


def test_a_token_that_is_revoked_is_replaced_by_the_next_one(facing: "Facing", verdicts: "Verdicts") -> None:
    made = type("Revoking", (Locking,), {"revokes": True, "lasts": 0})()
    with facing(made, asks_for_tokens=True) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-SEL-01", "KC-SEL-07")

    assert set(found.values()) == {"pass"}, found
    assert made.wrong > 0


def test_a_token_that_is_revoked_for_good_leaves_the_rest_inconclusive(
    facing: "Facing", verdicts: "Verdicts"
) -> None:
    made = type("Revoking", (Locking,), {"revokes": True, "lasts": 0})()
    with facing(made, lockout_wait=0) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-SEL-01", "KC-SEL-07")

    assert {text.partition(":")[0] for text in found.values()} <= {"pass", "inconclusive"}


class Breaking(Locking):
    """After a wrong token it is broken, which protects nobody."""

    lasts = 40
    answered = page(500)


def test_a_server_error_after_a_wrong_token_is_no_lockout(facing: "Facing", verdicts: "Verdicts") -> None:
    with facing(Breaking()) as driver:
        found = verdicts(driver, "KC-AUTH-04", "KC-SEL-01")

    assert any(text.startswith("RefusedRequest") for text in found.values()), found
    assert not any(REASON in text for text in found.values())


class Sulking(Locking):
    """After any refusal it refuses what comes next: no protection, since nobody was guessing anything."""

    sulks = 0

    async def answer(self, request: ApiRequest) -> Response:
        if self.sulks:
            self.sulks -= 1
            return page(403)()
        response = await super().answer(request)
        self.sulks = 20 * (b'code="1"' in bytes(response.body))
        return response


def test_a_server_that_refuses_what_follows_some_other_refusal_is_failed(
    facing: "Facing", verdicts: "Verdicts"
) -> None:
    with facing(Sulking()) as driver:
        assert set(verdicts(driver, "KC-AUTH-04", "KC-SEL-01").values()) == {"pass"}
        driver.send(keep(callID=NOBODYS, type="foo"))
        found = verdicts(driver, "KC-SEL-04")

    assert not any(REASON in text for text in found.values())
    assert any(text.startswith("RefusedRequest") for text in found.values()), found
