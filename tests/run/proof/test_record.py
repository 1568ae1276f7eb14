"""What is recorded of the proof, and that a stale record is seen."""

from copy import deepcopy

from keepcall.contract import requirements
from keepcall.resources import load_json
from keepcall.run.proof.record import figures, is_stale, recorded
from keepcall.run.proof.trial import collected
from keepcall.server.faults import FAULTS


def test_every_requirement_is_in_the_record() -> None:
    assert list(recorded()) == [requirement.id for requirement in requirements.load()]


def test_no_more_is_recorded_than_there_are_faults() -> None:
    named = {name: sum(name in fault.breaks for fault in FAULTS.values()) for name in recorded()}

    assert {name: count for name, count in recorded().items() if count > named[name]} == {}


def test_what_caught_each_fault_is_a_test_of_that_requirement() -> None:
    tests = {test.id: test.requirement for test in collected()}
    noted = load_json("fixtures", "proof.json")["caught_by"]

    assert [name for name in FAULTS if not noted.get(name)] == [], "run `keepcall prove --record`"
    wrong = [(fault, id_, test) for fault, by in noted.items() for id_, test in by.items() if tests.get(test) != id_]
    assert wrong == [], "run `keepcall prove --record`"


def test_another_result_makes_the_record_stale() -> None:
    record = deepcopy(load_json("fixtures", "proof.json"))
    counts = {"caught": record["faults"], "caught elsewhere": 0, "missed": 0}
    counts |= {"passed": record["variants"], "falsely failed": 0}
    faults = [*record["caught_by"].items(), ("meeting", {"KC-CONC-01": "a test", "KC-EFF-01": "another"})]
    rows = [{"name": name, "ids": list(tests), "caught_by": tests} for name, tests in faults]
    record["caught_by"]["meeting"] = faults[-1][1]
    data = {"counts": counts, "proof": record["caught"], "rows": rows}

    assert figures(data) == record
    assert not is_stale(data)
    assert is_stale(data | {"proof": {**record["caught"], "KC-SEL-07": 0}})
    assert is_stale(data | {"counts": counts | {"missed": 1}})
    assert not is_stale(data | {"proof": {**record["caught"], "KC-EFF-01": 0}})
