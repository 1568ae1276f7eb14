"""A few faults and variants go through real trials; `keepcall prove` takes all of them."""

import pytest

from keepcall import catalogue
from keepcall.prove.live import subjects
from keepcall.prove.matrix import row
from keepcall.prove.runner import try_all

FAULTS = (
    "takes_an_empty_key",
    "takes_a_missing_action_for_keep_call",
    "checks_the_key_only_in_a_get",
    "falls_through_to_keep_call",
)
VARIANTS = ("has_huge_codes", "takes_post_alone", "denies_with_a_word")


@pytest.mark.filterwarnings("ignore::pytest.PytestAssertRewriteWarning")
def test_faults_are_caught_and_variants_pass() -> None:
    wanted = {("fault", name) for name in FAULTS} | {("variant", name) for name in VARIANTS}
    chosen = [subject for subject in subjects() if (subject.kind, subject.name) in wanted]

    trials = try_all(chosen, 2, "quick", lambda _: None)

    fates = {s.name: row(s, trials[s.kind, s.name], catalogue.load()).fate for s in chosen}
    assert fates == dict.fromkeys(FAULTS, "caught") | dict.fromkeys(VARIANTS, "passed")
