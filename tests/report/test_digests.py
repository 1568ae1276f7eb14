"""Three digests tell apart what may have changed between two runs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from keepcall.contract import requirements
from keepcall.contract.requirements import Requirements
from keepcall.contract.target import Claims, Credentials, LabSettings, Limits, Secret, Target
from keepcall.report import digests

TARGET = Target(
    "a recorder",
    "http://127.0.0.1:8001/verba/api",
    Credentials(Secret("the-key")),
    lab=LabSettings("http", "http://127.0.0.1:8001/lab"),
)


def of(target: Target) -> str:
    return digests.configuration(target.configuration())


def test_the_configuration_is_the_same_wherever_the_target_is() -> None:
    moved = replace(
        TARGET, name="another", url="http://127.0.0.1:9/verba/api", lab=LabSettings("http", "http://127.0.0.1:9/lab")
    )

    assert of(moved) == of(TARGET)


def test_a_lab_elsewhere_is_another_configuration() -> None:
    assert of(replace(TARGET, lab=LabSettings("http", "http://127.0.0.1:9/lab"))) != of(TARGET)


def test_claims_and_limits_are_part_of_the_configuration() -> None:
    assert of(replace(TARGET, claims=Claims(unmark=False))) != of(TARGET)
    assert of(replace(TARGET, limits=Limits(timeout=3))) != of(TARGET)


def test_the_configuration_knows_which_credentials_there_are_and_not_what_they_say() -> None:
    assert of(replace(TARGET, credentials=Credentials(Secret("another-key")))) == of(TARGET)
    assert of(replace(TARGET, credentials=Credentials(Secret("the-key"), token=Secret("t")))) != of(TARGET)


def test_another_statement_is_another_procedure() -> None:
    listed = tuple(requirements.load())
    other = Requirements.of([replace(listed[0], statement="The server does as it likes."), *listed[1:]])

    assert digests.of(digests.procedure(other, {})) != digests.of(digests.procedure(requirements.load(), {}))


def test_another_setting_is_another_procedure() -> None:
    made: list[dict[str, Any]] = [digests.procedure(requirements.load(), {"examples": number}) for number in (60, 5)]

    assert digests.of(made[0]) != digests.of(made[1])
    assert made[0]["suite"] == made[1]["suite"]


def test_the_digest_of_a_value_does_not_depend_on_the_order_of_its_keys() -> None:
    assert digests.of({"a": 1, "b": "ž\ud800"}) == digests.of({"b": "ž\ud800", "a": 1})


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"b": [], "a": {}},
        {"b": [1, {"z": 1, "y": [2]}], "a": {"k": [], "é": "\u2028"}},
        [[[], {}]],
        "x",
        None,
        1.5,
    ],
    ids=repr,
)
def test_the_digest_is_that_of_the_canonical_spelling(value: object) -> None:
    spelled = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()

    assert digests.of(value) == digests.of_bytes(spelled)


def test_what_json_cannot_say_has_no_digest() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digests.of({"a": [float("nan")]})
