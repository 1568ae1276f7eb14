"""The questions are all there, keep their ids, and have a vocabulary that their answers must come from."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.cases.observations import catalogue
from keepcall.errors import CatalogueError

SNAPSHOT = Path(__file__).parents[2] / "data" / "observation_ids.txt"

SILENT = {
    "HTTP status of a granted request and of each kind of refusal": range(1, 18),
    "code and message of each kind of refusal": range(18, 34),
    "Content-Type of each format": range(34, 37),
    "where POST parameters are taken": range(42, 47),
    "other methods": range(47, 50),
    "trailing slash": [50],
    "unknown extra parameters": [51],
    "repeated parameters": range(52, 59),
    "case": range(59, 67),
    "unknown and empty responseType": [37, 38],
    "both callID and extension": range(67, 72),
    "status given with callID": range(72, 75),
    "space, duplicates, trailing comma, order and unknown value in status": range(77, 82),
    "combinations that are not documented": range(82, 86),
    "next when no call comes": [86],
    "unmark with next, and with ongoing,next where no call is ongoing": range(123, 126),
    "how far back last looks": [126],
    "the code of refusals in which nothing matches though the number has calls": [127],
    "a dialling sign at the end of a number": [128, 129],
    "unmark of 0, empty, true, 2": range(89, 93),
    "unmark of a call that was never kept": [93],
    "keep of a kept call": [94],
    "keep of a call that is not on-demand": [95],
    "manualRecord on an on-demand call": [96],
    "empty type": [97],
    "manualRecord on a finished or already recorded call": [98, 99],
    "one on-demand and one controlled call of a number": [75, 76],
    "the end of the next window": [87, 88],
    "a token where none is needed": [100, 101],
    "which refusal wins": range(102, 109),
    "a plus sign in a number": range(109, 113),
    "leading zeros, spaces, SIP URIs in a number": range(113, 120),
    "non-ASCII in parameters": range(120, 123),
    "session cookie set": [39],
    "number of redirects": [40],
    "response headers that name the server": [41],
}
"""Where the documentation is silent, and the numbers of the questions about it."""


def test_questions_are_those_of_the_snapshot() -> None:
    frozen = [line for line in SNAPSHOT.read_text("utf-8").splitlines() if not line.startswith("#")]
    current = [f"{each.id} {each.question}" for each in sorted(catalogue.load(), key=lambda each: each.id)]

    assert [line for line in frozen if line not in current] == [], "ids are never reused, renumbered or removed"
    assert [line for line in current if line not in frozen] == [], f"add these to {SNAPSHOT.name}"
    assert current == frozen


def test_every_silence_is_asked_about_and_nothing_else() -> None:
    asked = sorted(number for numbers in SILENT.values() for number in numbers)

    assert [f"KC-OBS-{number:03d}" for number in asked] == sorted(each.id for each in catalogue.load())


@pytest.mark.parametrize("wrong", ["KC-OB-001", "kc-obs-001", "KC-OBS-0011"])
def test_an_unknown_id_is_refused_with_those_that_are_near(wrong: str) -> None:
    with pytest.raises(CatalogueError, match="KC-OBS-001") as caught:
        catalogue.load().get(wrong)

    assert repr(wrong) in caught.value.what


def test_an_id_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(CatalogueError, match=r"observations\.toml"):
        catalogue.load().get("everything")


@pytest.mark.parametrize(
    ("observation", "answer"),
    [
        ("KC-OBS-001", "200"),
        ("KC-OBS-018", "code 6: The action parameter is missing."),
        ("KC-OBS-018", "code -1, no message"),
        ("KC-OBS-037", "refused in an empty body"),
        ("KC-OBS-047", "405, not kept"),
        ("KC-OBS-050", "status 404, no KeepCall answer, yet carried out"),
        ("KC-OBS-057", "the two joined"),
        ("KC-OBS-086", "after about 60 s: refused"),
        ("KC-OBS-089", "granted, without effect"),
        ("KC-OBS-089", "refused, yet keeps and unmarks"),
        ("KC-OBS-001", "no answer: timeout"),
        ("KC-OBS-001", "not asked: the lab failed"),
        ("KC-OBS-001", "not claimed: the profile does not claim unmark"),
    ],
)
def test_an_answer_is_one_of_the_vocabulary(observation: str, answer: str) -> None:
    assert catalogue.load().get(observation).allows(answer)


@pytest.mark.parametrize(
    ("observation", "answer"),
    [
        ("KC-OBS-001", "2000"),
        ("KC-OBS-001", "granted"),
        ("KC-OBS-001", "no answer: sleepy"),
        ("KC-OBS-001", ""),
        ("KC-OBS-018", "code 6: two\nlines"),
        ("KC-OBS-018", "code 6: " + "x" * 300),
        ("KC-OBS-050", "Granted"),
        ("KC-OBS-093", "granted, without effect"),
    ],
)
def test_other_answers_are_none(observation: str, answer: str) -> None:
    assert not catalogue.load().get(observation).allows(answer)


def test_a_report_holds_every_question_in_its_order() -> None:
    report = catalogue.load().report({"KC-OBS-002": "200"})

    assert [entry["id"] for entry in report] == [each.id for each in catalogue.load()]
    assert report[1] == {
        "id": "KC-OBS-002",
        "group": "HTTP status",
        "question": "Which HTTP status has the answer to a request without action?",
        "answer": "200",
    }
    assert report[0]["answer"] == "not asked: the run came to its end before"


Table = dict[str, Any]


def first(table: Table) -> Table:
    entry: Table = table["observation"][0]
    return entry


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        pytest.param(lambda table: first(table).pop("answers"), "'answers' is a required", id="a key is missing"),
        pytest.param(
            lambda table: first(table).update(level="MUST"), "'level' was unexpected", id="a key is unknown"
        ),
        pytest.param(lambda table: first(table).update(id="KC-OBS-1"), "KC-OBS-1", id="an id is misshapen"),
        pytest.param(lambda table: first(table).update(question="Status"), "Status", id="a question asks nothing"),
        pytest.param(lambda table: first(table).update(answers=[]), "non-empty", id="a vocabulary is empty"),
        pytest.param(lambda table: first(table).update(group="Others"), "'Others' is not", id="a group is unknown"),
        pytest.param(lambda table: table["words"].pop("always"), "'always' is a required", id="a list is missing"),
        pytest.param(
            lambda table: first(table).update(answers=["{luck}"]), r"nothing to put for \{luck\}", id="braces"
        ),
        pytest.param(
            lambda table: table["words"].update(said=["{said}"]), r"nothing to put for \{said\}", id="a circle"
        ),
        pytest.param(
            lambda table: first(table).update(id="KC-OBS-002"), "'KC-OBS-002' stands there twice", id="id twice"
        ),
        pytest.param(
            lambda table: first(table).update(question=table["observation"][1]["question"]),
            "stands there twice",
            id="a question twice",
        ),
        pytest.param(
            lambda table: first(table).update(group="The answer"),
            "the group 'The answer' is in several pieces",
            id="a group in pieces",
        ),
    ],
)
def test_a_broken_list_is_refused(spoil: Callable[[Table], object], fault: str) -> None:
    table = deepcopy(resources.load_toml("fixtures", "observations.toml"))
    spoil(table)

    with pytest.raises(CatalogueError, match=fault):
        catalogue.parse(table)


def test_every_question_has_a_test(questions: Mapping[str, object]) -> None:
    assert sorted(questions) == sorted(each.id for each in catalogue.load())
