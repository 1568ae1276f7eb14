"""How long the suite waits for the call that `next` keeps."""

from keepcall.arrival import Settling


def test_a_target_that_has_kept_nothing_in_its_longest_time_is_waited_for_shortly() -> None:
    settling = Settling()

    assert [settle(1.0) for settle in settling.times()] == [3.1, 8.0]
    settling.waited_in_vain()

    assert settling.patience(75.0) == 10.0
    assert settling.patience(4.0) == 4.0
    assert [settle(0.0) for settle in settling.times()] == [0.1]


def test_a_call_that_may_have_begun_too_early_takes_no_hope() -> None:
    settling = Settling()

    next(settling.times())
    settling.waited_in_vain()

    assert settling.patience(75.0) == 75.0
