"""What becomes of faults and variants, as tables; and that the proof itself can fail."""

from dataclasses import replace

import pytest

from keepcall.contract import requirements
from keepcall.run.proof.matrix import Fate, Row, as_json, proof, row, stands, survivors, unproven
from keepcall.run.proof.page import render
from keepcall.run.proof.subject import Kind, Subject, Trial

CATALOGUE = requirements.load()


def subject(kind: Kind, *ids: str) -> Subject:
    return Subject(kind, "a_name", "A story.", frozenset(ids))


def trial(kind: Kind, trouble: str = "", **verdicts: str) -> Trial:
    found = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return Trial("a_name", kind, found, {}, dict.fromkeys(found, "a message"), 1.5, trouble)


@pytest.mark.parametrize(
    ("verdicts", "fate"),
    [
        ({"KC_SEL_07": "fail"}, "caught"),
        ({"KC_SEL_07": "fail", "KC_EFF_03": "fail"}, "caught"),
        ({"KC_SEL_07": "pass", "KC_EFF_03": "fail"}, "caught elsewhere"),
        ({"KC_SEL_07": "inconclusive"}, "missed"),
        ({"KC_SEL_07": "broken"}, "missed"),
        ({"KC_SEL_07": "not tested"}, "missed"),
        ({"KC_SEL_07": "pass"}, "missed"),
        ({}, "missed"),
    ],
)
def test_a_fault_is_caught_by_a_fail_under_its_own_id_alone(verdicts: dict[str, str], fate: Fate) -> None:
    assert row(subject("fault", "KC-SEL-07"), trial("fault", **verdicts), CATALOGUE).fate == fate


@pytest.mark.parametrize(
    ("remarks", "verdicts", "fate"),
    [
        ([], {"KC_SEL_07": "pass", "KC_CLAIM_01": "not claimed"}, "passed"),
        (["KC-XML-08"], {"KC_SEL_07": "pass", "KC_XML_08": "fail"}, "passed"),
        (["KC-XML-08"], {"KC_SEL_07": "pass", "KC_XML_08": "pass"}, "passed"),
        ([], {"KC_XML_08": "fail"}, "falsely failed"),
        (["KC-XML-08"], {"KC_SEL_07": "fail", "KC_XML_08": "fail"}, "falsely failed"),
        ([], {"KC_SEL_07": "inconclusive"}, "falsely failed"),
        ([], {"KC_SEL_07": "broken"}, "falsely failed"),
        ([], {}, "falsely failed"),
    ],
)
def test_a_variant_earns_the_remarks_that_it_names_at_most(
    remarks: list[str], verdicts: dict[str, str], fate: Fate
) -> None:
    assert row(subject("variant", *remarks), trial("variant", **verdicts), CATALOGUE).fate == fate


def test_a_trial_in_trouble_is_no_pass() -> None:
    found = row(subject("variant"), trial("variant", "it did not start", KC_SEL_07="pass"), CATALOGUE)

    assert found.fate == "falsely failed"
    assert found.why["trouble"] == "it did not start"


VERDICTS = {
    "KC_SEL_07": "fail",
    "KC_XML_08": "fail",
    "KC_EFF_03": "broken",
    "KC_EFF_01": "inconclusive",
    "KC_EFF_02": "not tested",
    "KC_SEL_01": "pass",
    "KC_SEL_02": "not claimed",
    "KC_SEL_03": "out of scope",
    "KC_NONE_01": "fail",
}


@pytest.mark.parametrize(
    ("kind", "fate", "told"),
    [
        ("fault", "caught elsewhere", ("KC-SEL-07", "KC-XML-08")),
        ("variant", "falsely failed", ("KC-SEL-07", "KC-XML-08", "KC-EFF-03", "KC-EFF-01", "KC-EFF-02")),
    ],
)
def test_a_row_holds_what_became_of_a_subject_and_why(kind: Kind, fate: Fate, told: tuple[str, ...]) -> None:
    found = row(subject(kind, "KC-STA-02", "KC-STA-01"), trial(kind, **VERDICTS), CATALOGUE)

    assert found == Row(
        name="a_name",
        kind=kind,
        story="A story.",
        ids=("KC-STA-01", "KC-STA-02"),
        fate=fate,
        failed=("KC-SEL-07", "KC-XML-08", "KC-NONE-01"),
        undecided=("KC-EFF-03", "KC-EFF-01", "KC-EFF-02"),
        why=dict.fromkeys(told, "a message"),
        seconds=1.5,
    )


@pytest.mark.parametrize(
    ("kind", "caught_by"), [("fault", {"KC-EFF-03": "one", "KC-SEL-07": "other"}), ("variant", {})]
)
def test_the_row_of_a_fault_names_the_tests_that_caught_it_under_its_own_ids(
    kind: Kind, caught_by: dict[str, str]
) -> None:
    by = {"KC-SEL-07": "other", "KC-XML-08": "foreign", "KC-EFF-03": "one"}
    tried = replace(trial(kind, KC_SEL_07="fail", KC_XML_08="fail", KC_EFF_03="fail"), caught_by=by)

    found = row(subject(kind, "KC-SEL-07", "KC-EFF-03", "KC-SEL-01"), tried, CATALOGUE)

    assert found.caught_by == caught_by
    assert list(found.caught_by) == list(caught_by)


def test_a_failure_without_a_message_is_told_without_one() -> None:
    mute = Trial("a_name", "fault", {"KC-SEL-07": "fail"}, {}, {}, 1.5)

    assert row(subject("fault", "KC-SEL-07"), mute, CATALOGUE).why == {"KC-SEL-07": ""}


@pytest.mark.parametrize(
    ("trouble", "verdicts", "stood"),
    [
        ("", {"KC_SEL_07": "pass"}, True),
        ("", {"KC_SEL_07": "pass", "KC_XML_08": "fail"}, True),
        ("", {"KC_SEL_07": "fail"}, False),
        ("", {"KC_SEL_07": "pass", "KC_EFF_03": "not tested"}, False),
        ("it did not start", {"KC_SEL_07": "pass"}, False),
        ("", {}, False),
    ],
)
def test_variants_in_company_stand_or_are_tried_singly(trouble: str, verdicts: dict[str, str], stood: bool) -> None:
    assert stands(subject("variant", "KC-XML-08"), trial("variant", trouble, **verdicts)) is stood


def test_survivors_are_named() -> None:
    caught = row(subject("fault", "KC-SEL-07"), trial("fault", KC_SEL_07="fail"), CATALOGUE)
    missed = row(subject("fault", "KC-SEL-07"), trial("fault", KC_SEL_07="pass"), CATALOGUE)

    failed = row(subject("variant"), trial("variant", KC_SEL_07="fail"), CATALOGUE)
    elsewhere = row(subject("fault", "KC-SEL-07"), trial("fault", KC_EFF_03="fail"), CATALOGUE)
    passed = row(subject("variant"), trial("variant", KC_SEL_07="pass"), CATALOGUE)

    assert survivors([caught, missed, failed, elsewhere, passed]) == [missed, failed, elsewhere]


def test_a_requirement_without_a_caught_fault_is_unproven() -> None:
    caught = row(subject("fault", "KC-SEL-07"), trial("fault", KC_SEL_07="fail", KC_EFF_03="fail"), CATALOGUE)
    remarked = row(subject("variant", "KC-XML-08"), trial("variant", KC_XML_08="fail"), CATALOGUE)

    bare = unproven([caught, remarked], CATALOGUE)

    assert "KC-SEL-07" not in bare
    assert {"KC-EFF-03", "KC-XML-08"} < set(bare)
    assert len(bare) == sum(not requirement.not_tested_reason for requirement in CATALOGUE) - 1
    counted = dict.fromkeys((requirement.id for requirement in CATALOGUE), 0)
    assert proof([remarked, caught, caught], CATALOGUE) == counted | {"KC-SEL-07": 2}


def test_the_matrix_is_a_page_too() -> None:
    rows = [
        row(
            subject("fault", "KC-SEL-07"),
            replace(trial("fault", KC_SEL_07="fail"), caught_by={"KC-SEL-07": "test_it[<i>]"}),
            CATALOGUE,
        ),
        row(Subject("variant", "<b>", "1 < 2.", frozenset()), trial("variant", KC_SEL_07="fail"), CATALOGUE),
    ]

    page = render(as_json(rows, CATALOGUE, 2.0))

    assert "1 caught" in page
    assert "1 falsely failed" in page
    assert "test_it[&lt;i&gt;]" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
