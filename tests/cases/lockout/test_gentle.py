"""Wrong credentials are counted over all workers, sent last, and no more of them than `--gentle` allows."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.cases.engine.lockout import GENTLE, Lockout, Trail
from keepcall.cases.properties.any_sequence import expect_of_any_sequence
from keepcall.cases.properties.bursts import expect_of_bursts
from keepcall.cases.situations import Situation
from keepcall.contract.outcomes import NotTested
from keepcall.run.proof.trial import collected
from tests.cases.lockout.conftest import FOR_EVER, Locking

if TYPE_CHECKING:
    from tests.cases.lockout.conftest import Facing, Verdicts


def test_no_more_wrong_credentials_are_sent_than_gentle_allows(facing: "Facing", verdicts: "Verdicts") -> None:
    made = type("Cell", (Locking,), {"lasts": FOR_EVER, "tries": GENTLE + 1, "in_a_row": False})()
    with facing(made, gentle=GENTLE) as driver:
        expect_of_any_sequence(driver)
        expect_of_bursts(driver)
        found = verdicts(driver, "KC-AUTH-02", "KC-AUTH-04", "KC-SEL-01")

    assert made.wrong == GENTLE
    untested = [text for text in found.values() if text != "pass"]
    assert untested
    assert all(text.startswith("not tested: --gentle") for text in untested)
    assert len(found) > len(untested)


def test_what_one_worker_has_sent_makes_another_one_suspect_a_lockout(tmp_path: Path) -> None:
    one, other = (Trail(folder=str(tmp_path)) for _ in range(2))
    lockout = Lockout(other, 1.0)
    assert not lockout.suspected()

    with one.one():
        assert lockout.suspected()
        lockout.let_in(other.mark())
        assert lockout.suspected(), "it may be refused only now"
    assert lockout.suspected()
    lockout.let_in(other.mark())

    assert not lockout.suspected()


def test_nobody_sends_wrong_credentials_while_another_worker_asks_again(tmp_path: Path) -> None:
    one, other = (Trail(folder=str(tmp_path)) for _ in range(2))
    ready, order = threading.Event(), list[str]()

    def intrude() -> None:
        ready.set()
        with other.one():
            order.append("wrong")

    thread = threading.Thread(target=intrude)
    with one.quiet():
        thread.start()
        assert ready.wait(10)
        mark = one.mark()
        order.append("asked again")
        assert one.mark() == mark
    thread.join(10)

    assert order == ["asked again", "wrong"]


@pytest.mark.parametrize("shared", [True, False])
def test_workers_share_what_gentle_allows(tmp_path: Path, *, shared: bool) -> None:
    trails = [Trail(2, str(tmp_path))] * 1 if not shared else [Trail(2, str(tmp_path)) for _ in range(2)]
    for trail in (*trails, *trails)[:2]:
        with trail.one():
            pass

    with pytest.raises(NotTested, match="no more than 2"), trails[0].one():
        pass


def test_tests_with_wrong_credentials_run_last() -> None:
    about = [
        any(isinstance(value, Situation) and value.lacks_access for value in test.arguments.values())
        for test in collected()
    ]

    assert about == sorted(about)
    some = {"KC-ANY-01", "KC-ANY-02", "KC-ANY-03", "KC-ANY-04", "KC-CONC-01"}
    mixed = [test.requirement in some and not test.arguments for test in collected()]
    assert mixed.index(True) == len(mixed) - sum(about) - sum(mixed)
