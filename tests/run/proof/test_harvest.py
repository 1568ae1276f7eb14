"""What is made of trials as they come: variants that are tried together are taken apart when they are failed."""

import pytest

from keepcall.cli.commands.prove import taken_apart
from keepcall.run.proof.live import in_company, subjects
from keepcall.run.proof.subject import Subject, Trial
from keepcall.run.proof.workers import Trials

ONE = Subject("variant", "one", "One.", frozenset())
OTHER = Subject("variant", "other", "Another.", frozenset({"KC-XML-08"}))
BOTH = Subject("variant", "one_and_more", "Both.", frozenset({"KC-XML-08"}), company=(ONE, OTHER))


def trial(subject: Subject, trouble: str = "", **verdicts: str) -> Trial:
    found = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return Trial(subject.name, subject.kind, found, {}, {}, 3.0, trouble)


def test_variants_that_pass_together_have_passed() -> None:
    harvest = Trials()

    assert harvest.take(BOTH, trial(BOTH, KC_SEL_07="pass", KC_XML_08="fail")) == ()
    assert {key: each.verdicts for key, each in harvest.trials.items()} == {
        ("variant", "one"): {"KC-SEL-07": "pass"},
        ("variant", "other"): {"KC-SEL-07": "pass", "KC-XML-08": "fail"},
    }
    assert [each.seconds for each in harvest.trials.values()] == [1.5, 1.5]
    assert harvest.apart == []


@pytest.mark.parametrize(
    "failed",
    [
        pytest.param(trial(BOTH, KC_SEL_07="fail"), id="a requirement"),
        pytest.param(trial(BOTH, KC_SEL_07="inconclusive"), id="no judgement"),
        pytest.param(trial(BOTH, "it did not start", KC_SEL_07="pass"), id="trouble"),
        pytest.param(trial(BOTH), id="nothing tried"),
    ],
)
def test_variants_that_are_failed_together_are_tried_one_by_one(failed: Trial) -> None:
    harvest = Trials()

    assert harvest.take(BOTH, failed) == (ONE, OTHER)
    assert harvest.trials == {}
    assert harvest.apart == [failed]


@pytest.mark.parametrize("subject", [ONE, Subject("fault", "sin", "A sin.", frozenset({"KC-SEL-07"}))])
def test_what_is_tried_by_itself_is_tried_once(subject: Subject) -> None:
    harvest = Trials()

    assert harvest.take(subject, trial(subject, KC_SEL_07="fail")) == ()
    assert list(harvest.trials) == [(subject.kind, subject.name)]


def test_each_subject_is_tried_in_one_company_at_most() -> None:
    chosen = subjects()

    tried = in_company(chosen)

    alone = [name for each in tried for name in [member.name for member in each.company] or [each.name]]
    assert sorted(alone) == sorted(each.name for each in chosen)
    assert len({(each.kind, each.name) for each in tried}) == len(tried)


def test_faults_have_no_company() -> None:
    assert [each.name for each in in_company(subjects()) if each.kind == "fault" and each.company] == []


def test_a_company_claims_what_each_of_it_claims_and_no_less_than_everything() -> None:
    mixed = [each for each in in_company(subjects()) if each.company]

    assert mixed
    for each in mixed:
        assert list(each.claims.items()) == [item for member in each.company for item in member.claims.items()]
        assert each.claims.keys() <= {"post"}


def test_a_company_may_earn_what_one_of_it_may() -> None:
    mixed = [each for each in in_company(subjects()) if each.company]

    assert [each.name for each in mixed if each.ids != frozenset().union(*(one.ids for one in each.company))] == []


@pytest.mark.parametrize(
    ("messages", "trouble", "why"),
    [
        ({"KC-SEL-07": "refused\x1b[2J"}, "", "one_and_more: KC-SEL-07: refused\\x1b[2J"),
        ({"KC-SEL-07": "refused", "KC-XML-08": "no"}, "", "KC-SEL-07: refused (and 1 more, see `apart` in the JSON"),
        ({"KC-SEL-07": "refused"}, "it did not start", "one_and_more: it did not start"),
        ({}, "", "one_and_more: no test was run"),
    ],
)
def test_why_variants_are_tried_one_by_one_is_told(messages: dict[str, str], trouble: str, why: str) -> None:
    told = taken_apart(Trial(BOTH.name, BOTH.kind, {}, {}, messages, 3.0, trouble))

    assert told.startswith("tried one by one, since they get in each other's way: one_and_more: ")
    assert why in told
