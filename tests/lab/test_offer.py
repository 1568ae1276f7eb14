"""What a program says that it offers, and who stands in for it where a run is rehearsed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keepcall import resources
from keepcall.cases.generation.budget import Budget
from keepcall.contract.outcomes import NotTested
from keepcall.contract.target import Credentials, LabSettings, Secret, Target
from keepcall.lab.offer import Offer
from keepcall.run.dry_run import Imitation, dry_run
from keepcall.run.preflight import at_lab
from keepcall.server import KeepCallServer, RunningServer

CALL = {"callingParty": "8856", "calledParty": "2001", "recording": "on-demand"}
NO_CALL_IDS = 'print(\'{"offer": {"recordings": ["on-demand"], "callID": false, "read": false}}\')'


def target(folder: Path, text: str, program: str = sys.executable) -> Target:
    (folder / "lab.py").write_text(text, encoding="utf-8")
    lab = LabSettings("command", command=(program, "-I", "lab.py"), folder=folder)
    return Target("a recorder", "http://recorder.invalid/verba/api", Credentials(Secret("a-key-of-ours")), lab=lab)


def test_a_program_says_what_it_offers_and_the_rest_is_as_with_any(tmp_path: Path) -> None:
    finding, offer = at_lab(target(tmp_path, NO_CALL_IDS))

    assert offer == Offer(declared=True, recordings=("on-demand",), call_ids=False, reads=False)
    assert finding.state == "good"
    assert finding.message == (
        "lab.py says that it offers on-demand calls, without their callIDs, and does not read them back; "
        "it was asked for no call"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("print('{}')", "lab.py does not say what it offers"),
        ('print(\'{"cannot": "what is that?"}\')', "lab.py does not say what it offers"),
        ("import sys; sys.exit('a-key-of-ours: no such action')", "it said: $KEEPCALL_API_KEY: no such action"),
    ],
    ids=["it says nothing", "it cannot say", "it fails"],
)
def test_of_a_program_that_does_not_say_nothing_is_known(tmp_path: Path, text: str, told: str) -> None:
    finding, offer = at_lab(target(tmp_path, text))

    assert offer == Offer()
    assert finding.state == "unknown"
    assert told in finding.message
    assert "what it cannot do shows in the run, as not tested" in finding.message


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    finding, _ = at_lab(target(tmp_path, "", "./no-such-program"))

    assert finding.state == "bad"
    assert "./no-such-program cannot be started" in finding.message


@pytest.fixture
def live() -> Iterator[RunningServer]:
    with RunningServer(KeepCallServer()) as running:
        yield running


@pytest.mark.parametrize("offer", [Offer(), Offer(call_ids=False), Offer(recordings=("on-demand",))], ids=str)
def test_a_stand_in_answers_as_a_program_would(live: RunningServer, offer: Offer) -> None:
    program = Imitation(live.lab_url, offer)
    offered = program.ask({"action": "offer"})
    placed = program.ask({"action": "place", "call": CALL})
    ended = program.ask({"action": "end", "handle": placed["handle"]})
    found = program.ask({"action": "read", "handle": placed["handle"]})
    removed = program.ask({"action": "remove", "handle": placed["handle"]})
    program.close()

    schema = resources.validator("lab-answer.schema.json")
    assert [answer for answer in (offered, placed, ended, found, removed) if not schema.is_valid(answer)] == []
    assert offered["offer"]["recordings"] == list(offer.recordings)
    assert ("callID" in placed["call"]) == offer.call_ids
    assert (placed["call"]["state"], ended["call"]["state"], found["call"]["state"]) == (
        "ongoing",
        "finished",
        "finished",
    )
    assert live.server.store._select("1 = 1") == []


@pytest.mark.parametrize(
    "offer",
    [
        Offer(declared=True, call_ids=False),
        Offer(declared=True, recordings=("on-demand",), call_ids=False, reads=False),
    ],
    ids=["no callIDs", "hardly anything"],
)
def test_with_a_lab_that_offers_less_a_sound_server_is_tested_less_and_fails_nothing(
    tmp_path: Path, offer: Offer
) -> None:
    requirements = ("KC-EFF-01", "KC-CONC-01", "KC-ANY-04", "KC-STA-05", "KC-SEL-06")

    dry = dry_run(target(tmp_path, ""), Budget(3, 4), only=requirements, observing="no", offer=offer)

    verdicts = {result.verdict for result in dry.results}
    assert {"pass", "not tested"} <= verdicts <= {"pass", "not tested", "not claimed"}, [
        result for result in dry.results if result.verdict in {"fail", "broken", "inconclusive"}
    ]


def test_a_stand_in_reads_nothing_back_for_a_program_that_does_not(live: RunningServer) -> None:
    program = Imitation(live.lab_url, Offer(reads=False))
    placed = program.ask({"action": "place", "call": CALL})

    with pytest.raises(NotTested, match="does not read calls back"):
        program.ask({"action": "read", "handle": placed["handle"]})
    program.close()
