"""Our JSON Schemas are schemas themselves, and tell good documents from bad ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from keepcall import resources

SCHEMAS = sorted(path.name for path in resources.path("schemas").glob("*.schema.json"))

CALL: dict[str, Any] = {
    "callID": "a8343631-9f35-4a3a-83f0-9e81592339fb",
    "callingParty": "8856",
    "calledParty": "2001",
    "state": "ongoing",
    "startTime": "2026-11-23T09:00:00Z",
    "endTime": None,
    "recording": "on-demand",
    "kept": False,
    "recordingActive": False,
}

TEST: dict[str, Any] = {"id": "suites/ambiguous.py::test_x", "verdict": "pass", "message": ""}
REQUIREMENT: dict[str, Any] = {"id": "KC-SEL-07", "level": "MUST", "verdict": "pass", "tests": [TEST]}
REPORT: dict[str, Any] = {
    "verdict": "conformant",
    "target": {"name": "Example", "url": "https://recorder.example/verba/api"},
    "requirements": [REQUIREMENT],
    "observations": [],
    "requests": {"sent": 512},
    "duration": 3.2,
}


def faults(schema: str, document: object) -> list[str]:
    return [error.json_path for error in resources.validator(schema).iter_errors(document)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_against_its_metaschema(name: str) -> None:
    schema = resources.load_json("schemas", name)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def subschemas(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    for child in children:
        yield from subschemas(child)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_leads_somewhere(name: str) -> None:
    schema = resources.load_json("schemas", name)
    references = {node["$ref"] for node in subschemas(schema) if isinstance(node.get("$ref"), str)}

    assert references <= {f"#/$defs/{key}" for key in schema.get("$defs", {})}


def test_every_setting_of_a_profile_is_described() -> None:
    schema = resources.load_json("schemas", "target.schema.json")
    settings = {
        name: setting | schema["$defs"].get(setting.get("$ref", "").rpartition("/")[2], {})
        for node in subschemas(schema)
        if isinstance(node.get("properties"), dict) and node.get("additionalProperties") is False
        for name, setting in node["properties"].items()
        if isinstance(setting, dict)
    }

    assert len(settings) > 30
    assert [name for name, setting in settings.items() if not setting.get("description")] == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"callID": "A8343631-9F35-4A3A-83F0-9E81592339FB"},
        {"state": "upcoming", "startTime": "2026-11-23T09:00:00.5Z"},
        {"state": "finished", "endTime": "2026-11-23T09:00:00.250Z"},
        {"recording": "controlled", "recordingActive": True},
        {"callingParty": "sip:8856@recorder.example", "calledParty": "+36 1 234"},
        {"startTime": "2028-02-29T23:59:59Z"},
    ],
    ids=["the sample", "upper case", "upcoming", "finished", "controlled", "other numbers", "a leap day"],
)
def test_a_call_as_a_lab_answers_it_is_valid(change: dict[str, Any]) -> None:
    assert faults("call.schema.json", CALL | change) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"callID": "a8343631"}, "$.callID"),
        ({"callID": "{a8343631-9f35-4a3a-83f0-9e81592339fb}"}, "$.callID"),
        ({"callID": CALL["callID"] + "\n"}, "$.callID"),
        ({"callingParty": 8856}, "$.callingParty"),
        ({"calledParty": ""}, "$.calledParty"),
        ({"state": "Ongoing"}, "$.state"),
        ({"startTime": None}, "$.startTime"),
        ({"startTime": "2026-11-23T09:00:00"}, "$.startTime"),
        ({"startTime": "2026-11-23T09:00:00+00:00"}, "$.startTime"),
        ({"startTime": "2026-11-23T09:00:00.1234Z"}, "$.startTime"),
        ({"startTime": "2026-11-23 09:00:00Z"}, "$.startTime"),
        ({"startTime": "2026-11-23T09:00:00Z\n"}, "$.startTime"),
        ({"startTime": "2026-11-31T09:00:00Z"}, "$.startTime"),
        ({"startTime": "2026-11-23T25:00:00Z"}, "$.startTime"),
        ({"endTime": "2026-11-23T09:00:00Z"}, "$.endTime"),
        ({"state": "finished"}, "$.endTime"),
        ({"state": "finished", "endTime": "yesterday"}, "$.endTime"),
        ({"state": "finished", "endTime": 5}, "$.endTime"),
        ({"recording": "ondemand"}, "$.recording"),
        ({"kept": 0}, "$.kept"),
        ({"recordingActive": "no"}, "$.recordingActive"),
        ({"number": "8856"}, "$"),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_call_with_a_mistake_is_invalid(change: dict[str, Any], place: str) -> None:
    assert place in faults("call.schema.json", CALL | change)


@pytest.mark.parametrize("key", CALL)
def test_a_call_without_one_of_its_keys_is_invalid(key: str) -> None:
    assert faults("call.schema.json", {name: value for name, value in CALL.items() if name != key})


def test_a_call_to_be_sent_needs_its_two_parties() -> None:
    schema = resources.load_json("schemas", "call.schema.json")
    sent = Draft202012Validator({"$ref": "#/$defs/sent", "$defs": schema["$defs"]})

    assert sent.is_valid(CALL)
    assert sent.is_valid({"callingParty": "8856", "calledParty": "2001"})
    assert not sent.is_valid({"callingParty": "8856"})
    assert not sent.is_valid({"callingParty": "8856", "calledParty": "2001", "finished": True})
    assert {
        name: entry["default"] for name, entry in schema["$defs"]["sent"]["properties"].items() if "default" in entry
    } == {
        "state": "ongoing",
        "recording": "on-demand",
        "kept": False,
        "recordingActive": False,
    }


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"verdict": "incomplete, answers only"},
        {"observations": [{"id": "KC-OBS-STATUS-GRANTED", "question": "Which?", "answer": "200"}]},
        {"started": "2026-11-23T09:00:00Z", "waivers": []},
        {"requirements": [REQUIREMENT | {"verdict": "out of scope", "tests": [], "statement": "…"}]},
        {
            "requirements": [
                REQUIREMENT | {"tests": [TEST | {"verdict": "fail", "message": "code is 3", "curl": "…"}]}
            ]
        },
    ],
    ids=["the sample", "answers only", "an observation", "more keys", "out of scope", "a failure"],
)
def test_a_report_is_valid(change: dict[str, Any]) -> None:
    assert faults("report.schema.json", REPORT | change) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"verdict": "passed"}, "$.verdict"),
        ({"verdict": "conformant,answers only"}, "$.verdict"),
        ({"target": {"name": "Example"}}, "$.target"),
        ({"requirements": []}, "$.requirements"),
        ({"requirements": [REQUIREMENT | {"id": "SEL-07"}]}, "$.requirements[0].id"),
        ({"requirements": [REQUIREMENT | {"level": "MAY"}]}, "$.requirements[0].level"),
        ({"requirements": [REQUIREMENT | {"verdict": "skipped"}]}, "$.requirements[0].verdict"),
        ({"requirements": [REQUIREMENT | {"tests": []}]}, "$.requirements[0].tests"),
        (
            {"requirements": [REQUIREMENT | {"tests": [TEST | {"verdict": "out of scope"}]}]},
            "$.requirements[0].tests[0].verdict",
        ),
        (
            {"requirements": [REQUIREMENT | {"tests": [TEST | {"verdict": "fail"}]}]},
            "$.requirements[0].tests[0].message",
        ),
        ({"observations": [{"id": "KC-SEL-07", "question": "?", "answer": ""}]}, "$.observations[0].id"),
        ({"observations": [{"id": "KC-OBS-PLUS", "answer": ""}]}, "$.observations[0]"),
        ({"requests": {}}, "$.requests"),
        ({"requests": {"sent": 1.5}}, "$.requests.sent"),
        ({"duration": -1}, "$.duration"),
    ],
    ids=[
        "an unknown verdict",
        "a misspelt ending",
        "a target without a URL",
        "no requirements",
        "a misshapen id",
        "an unknown level",
        "an unknown verdict of a requirement",
        "a pass without a test",
        "a test out of scope",
        "a failure without a word",
        "an observation with the id of a requirement",
        "an observation without a question",
        "no count of requests",
        "half a request",
        "time that runs backwards",
    ],
)
def test_a_report_with_a_mistake_is_invalid(change: dict[str, Any], place: str) -> None:
    assert place in faults("report.schema.json", REPORT | change)


@pytest.mark.parametrize("key", REPORT)
def test_a_report_without_one_of_its_keys_is_invalid(key: str) -> None:
    assert faults("report.schema.json", {name: value for name, value in REPORT.items() if name != key})
