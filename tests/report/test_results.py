"""A result crosses from a worker as JSON, and is the same on the other side."""

import json

import pytest

from keepcall.report.result import Evidence, Result, from_json

FOUND = Evidence("Wrong", "right", "wrong", "a situation", "curl x", "GET /", "HTTP/1.1 200")
WHOLE = Result(
    "suites/x.py::test_y",
    "KC-SEL-07",
    "fail",
    message="wrong",
    title="y",
    scenario="valid",
    out_of_scope=True,
    duration=1.5,
    evidence=(FOUND, Evidence("Other", "so", "else", "another")),
    exchanges=("gw0-1", "gw0-2"),
    unlisted=3,
    attempts=2,
)


@pytest.mark.parametrize("result", [WHOLE, Result("suites/x.py::test_y", "KC-SEL-07", "pass")], ids=["full", "bare"])
def test_a_result_is_the_same_after_its_way_as_json(result: Result) -> None:
    assert from_json(json.loads(json.dumps(result.as_json()))) == result


def test_a_result_as_json_has_plain_values_alone() -> None:
    assert WHOLE.as_json() == {
        "id": "suites/x.py::test_y",
        "requirement": "KC-SEL-07",
        "verdict": "fail",
        "message": "wrong",
        "title": "y",
        "scenario": "valid",
        "out_of_scope": True,
        "duration": 1.5,
        "evidence": [
            {
                "name": "Wrong",
                "expected": "right",
                "got": "wrong",
                "context": "a situation",
                "curl": "curl x",
                "request": "GET /",
                "answer": "HTTP/1.1 200",
            },
            {
                "name": "Other",
                "expected": "so",
                "got": "else",
                "context": "another",
                "curl": "",
                "request": "",
                "answer": "",
            },
        ],
        "exchanges": ["gw0-1", "gw0-2"],
        "unlisted": 3,
        "attempts": 2,
    }
