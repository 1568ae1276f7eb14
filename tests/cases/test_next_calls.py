"""Waiting for the next call on servers whose `next` works in part: what is waited for, and what comes of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from keepcall.cases.engine import next_waits
from keepcall.cases.engine.checks import effect, outcome
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.expectation import expect
from keepcall.cases.properties.concurrent_next import expect_of_waiting_requests
from keepcall.cases.situations.granted_by_status import next_alone, next_called, next_controlled, next_of_many
from keepcall.contract.operation import RECORD
from keepcall.contract.outcomes import Failure, Inconclusive
from keepcall.contract.request import FORMATS
from keepcall.contract.target import Limits
from keepcall.run.harness import harness
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer, Settings
from keepcall.server.faults import FAULTS


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An entry for each wait that was to be a full one."""
    begun: list[str] = []
    given = next_waits.Waits.full

    def note(self: next_waits.Waits) -> next_waits.Wait:
        begun.append("full")
        return given(self)

    monkeypatch.setattr(next_waits.Waits, "full", note)
    monkeypatch.setattr(next_waits, "_SOON", 0.4)
    monkeypatch.setattr(next_waits, "_MUCH_LONGER", 0.3)
    return begun


@contextmanager
def recording(fault: str = "") -> Iterator[Driver]:
    """A recorder of a server whose minute is short, with this fault."""
    settings = replace(Settings.random(), next_window=1.2)
    server = FAULTS[fault].server(settings) if fault else KeepCallServer(settings)
    with RunningServer(server) as running:
        target = replace(target_of(running), limits=Limits(timeout=5.0, next_wait=2.0))
        with harness(target, lab=DirectLab(server)) as ready:
            ready.driver.test_id = "the test"
            yield ready.driver


def test_a_server_that_works_is_never_waited_for_in_full(full: list[str]) -> None:
    with recording() as driver:
        for situation in (next_of_many, next_called, next_alone):
            expect(driver.execute(situation), outcome, effect)
        expect(driver.execute(next_controlled, RECORD), outcome, effect)
        expect_of_waiting_requests(driver)

    assert full == []


def test_what_a_promise_was_waited_for_once_fails_and_the_rest_is_inconclusive(full: list[str]) -> None:
    with recording("promises_the_next_call_and_forgets_it") as driver:
        with pytest.raises(Inconclusive) as raised:
            expect(driver.execute(next_of_many), effect)
        with pytest.raises(Failure):
            expect(driver.execute(next_alone), outcome, effect)
        with pytest.raises(Inconclusive, match="not waited for again"):
            expect(driver.execute(next_controlled, RECORD), effect)
        with pytest.raises(Inconclusive, match="not waited for again"):
            expect_of_waiting_requests(driver)
        expect(driver.execute(next_called), outcome)

    assert full == ["full"]
    assert "not waited for again: “the next call” (keep, GET, XML), by the test, was in vain after 2 s" in (
        raised.value.reason
    )


def test_one_kind_of_next_that_does_not_work_fails_by_its_own_wait_and_hides_no_other(full: list[str]) -> None:
    with recording("takes_only_a_next_call_that_goes_out") as driver:
        expect(driver.execute(next_of_many), outcome, effect)
        with pytest.raises(Failure):
            expect(driver.execute(next_called, methods=["GET"]), outcome)
        with pytest.raises(Inconclusive, match="no answer soon after the call had begun, and not waited for again"):
            expect(driver.execute(next_called, methods=["POST"]), outcome)
        expect(driver.execute(next_alone), outcome, effect)

    assert full == ["full"]


def test_the_full_wait_is_made_where_the_tests_of_the_requirement_look(full: list[str]) -> None:
    with recording("takes_only_a_next_call_that_goes_out") as driver:
        for format_ in FORMATS[1:]:  # as the tests of another requirement do, before those of its own
            with pytest.raises(Inconclusive, match=r"not waited for again: .* \(keep, GET, XML\)"):
                expect(driver.execute(next_called, formats=[format_], methods=["GET"]), outcome)
        with pytest.raises(Failure):
            expect(driver.execute(next_called), outcome)

    assert full == ["full"]


def test_requests_that_wait_together_and_fail_together_fail_by_a_wait_of_their_own(full: list[str]) -> None:
    with recording("lets_only_the_latest_request_wait") as driver:
        with pytest.raises(Failure) as raised:
            expect_of_waiting_requests(driver)
        expect(driver.execute(next_alone), outcome, effect)

    assert raised.value.findings[0].violation.name == "RefusedRequest"
    assert full == ["full", "full"]  # all of them, and one alone, which is answered when its call has come
