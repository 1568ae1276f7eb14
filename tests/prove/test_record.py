"""What is recorded of the proof is what it shows, and a stale record is seen."""

from keepcall import catalogue
from keepcall.prove.record import figures, is_stale, recorded
from keepcall.resources import load_json
from keepcall.server.faults import FAULTS
from keepcall.server.variants import VARIANTS


def test_the_record_is_of_the_tables_as_they_are() -> None:
    record = load_json("fixtures", "proof.json")

    assert record["faults"] == len(FAULTS)
    assert record["variants"] == len(VARIANTS)


def test_each_requirement_with_a_test_has_a_caught_fault() -> None:
    proven = recorded()

    assert [r.id for r in catalogue.load() if not r.not_tested_reason and not proven.get(r.id)] == []


def test_no_more_is_recorded_than_there_are_faults() -> None:
    named = {name: sum(name in fault.breaks for fault in FAULTS.values()) for name in recorded()}

    assert {name: count for name, count in recorded().items() if count > named[name]} == {}


def test_another_result_makes_the_record_stale() -> None:
    record = load_json("fixtures", "proof.json")
    counts = {"caught": record["faults"], "caught elsewhere": 0, "missed": 0}
    counts |= {"passed": record["variants"], "falsely failed": 0}
    data = {"counts": counts, "proof": record["caught"]}

    assert figures(data) == record
    assert not is_stale(data)
    assert is_stale(data | {"proof": {**record["caught"], "KC-SEL-07": 0}})
