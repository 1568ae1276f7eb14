"""The model and the reference server, which share no code, say the same in every situation."""

from collections.abc import Iterator

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.cases.properties.call_pool import world_of
from keepcall.cases.properties.checks import Tried, form, outcome
from keepcall.cases.situations import SITUATIONS, Situation
from keepcall.contract import requirements
from keepcall.contract.model import may_wait, rule
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotClaimed
from keepcall.contract.requirements import Level
from keepcall.run.harness import harness
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer

ROWS = [(situation, operation) for situation in SITUATIONS() for operation in situation.executed]
WORDS = {"granted": "granted", "refused": "refused", "denied": "denied", "either": "undetermined"}


@pytest.fixture(scope="module")
def reference() -> Iterator[Driver]:
    with RunningServer(KeepCallServer()) as server, harness(target_of(server), lab=DirectLab(server.server)) as ready:
        assert not ready.obstacle
        yield ready.driver


@pytest.mark.parametrize(("situation", "operation"), ROWS, ids=[f"{s}, {o}" for s, o in ROWS])
def test_the_model_and_the_reference_server_agree(
    reference: Driver, situation: Situation, operation: Operation
) -> None:
    with reference.setup(operation) as setup:
        try:
            arrangement = situation.arrange(setup)
        except NotClaimed:
            pytest.skip("everything is claimed")
        world = world_of(reference, setup.calls)
        asked = reference.complete(operation.asked(arrangement.request))
        for before in arrangement.preconditions:
            reference.send(before.asked(arrangement.request))
            assert arrangement.selects is not None
            world = world.having(before.after(arrangement.selects))

        ruling = rule(world, asked)

        if arrangement.selects_arrival >= 0:
            assert ruling.word == "undetermined"
            assert may_wait(world, asked)
            return
        if situation.kind == "either" and ruling.word == "granted":
            assert "last" in asked.values("status")  # how far back it looks is an observation
            return
        demanded = requirements.load().get(situation.requirement).level is Level.MUST
        assert ruling.word == WORDS[situation.kind] if demanded else ruling.word not in ("granted", "refused")
        denied = situation.kind == "denied"  # over the token, say, which a server may look at when it has waited
        assert not (demanded and may_wait(world, asked)) or denied
        if demanded and arrangement.selects:
            assert ruling.selected is not None
            assert ruling.selected.call_id == arrangement.selects.call_id
        exchange = reference.send(asked)
        acted = reference.sees(ruling.goal) if ruling.goal else None
        tried = Tried(ruling, exchange, acted)
        assert [*form(tried), *outcome(tried)] == []
