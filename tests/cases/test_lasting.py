"""A call that was kept when a run began is looked at again, however much later."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.cases.properties import durability
from keepcall.cases.properties.durability import Witness, expect_of_a_while
from keepcall.contract.call import Call
from keepcall.contract.outcomes import Failure
from keepcall.run.harness import harness
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DirectLab, Driver]]:
    monkeypatch.setattr(durability, "A_WHILE", 0)
    with RunningServer(KeepCallServer()) as running:
        lab = DirectLab(running.server)
        with harness(target_of(running), lab=lab) as ready:
            yield lab, ready.driver


def witness(driver: Driver) -> Call:
    found = driver.recall(Witness)
    assert found
    assert found.goal.kept
    return found.goal


def test_a_mark_that_has_gone_by_the_end_of_a_run_is_lost(lab: tuple[DirectLab, Driver]) -> None:
    kept = witness(lab[1])
    lab[0].put(replace(kept, kept=False))

    with pytest.raises(Failure) as failure:
        expect_of_a_while(lab[1])

    [finding] = failure.value.findings
    assert finding.violation.name == "LostMark"
    assert finding.exchange
    assert finding.exchange.request.values("callID") == (kept.call_id,)


NO_FINDING: dict[str, Callable[[DirectLab, Call], object]] = {
    "is as it was": lambda lab, call: lab.read(call),
    "has ended": lambda lab, call: lab.put(replace(call, kept=False, state="finished", end_time=call.start_time)),
    "is not there any more": lambda lab, call: lab.remove(call),
}


@pytest.mark.parametrize("become", NO_FINDING.values(), ids=NO_FINDING)
def test_a_call_that_is_no_witness_speaks_against_nobody(
    lab: tuple[DirectLab, Driver], become: Callable[[DirectLab, Call], object]
) -> None:
    become(lab[0], witness(lab[1]))

    expect_of_a_while(lab[1])


def test_the_witness_is_removed_with_the_bench() -> None:
    with RunningServer(KeepCallServer()) as running:
        lab = DirectLab(running.server)
        with harness(target_of(running), lab=lab) as ready:
            call = witness(ready.driver)
            assert running.server.store.get(call.call_id)

        assert running.server.store.get(call.call_id) is None
        assert ready.left == []


def test_a_lab_that_has_gone_by_the_end_is_told_of() -> None:
    with RunningServer(KeepCallServer()) as running, harness(target_of(running)) as ready:
        witness(ready.driver)
        running.__exit__(None, None, None)

    assert "did not answer DELETE" in ready.left[0]
