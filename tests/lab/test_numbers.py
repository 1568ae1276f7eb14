"""Numbers of tests: no other one, and nothing that one digit away from it, is in use."""

from keepcall.lab.placing import Numbers


def one_digit_away(number: str) -> set[str]:
    """All numbers that differ in one digit."""
    return {number[:at] + digit + number[at + 1 :] for at in range(len(number)) for digit in "0123456789"} - {number}


def test_numbers_are_distinct_and_look_like_phone_numbers() -> None:
    numbers = Numbers()

    drawn = [numbers() for _ in range(2_000)]

    assert len(set(drawn)) == len(drawn)
    assert all(number.isdecimal() and number[0] != "0" and len(number) == 13 for number in drawn)


def test_a_number_with_one_digit_changed_is_that_of_no_other_call() -> None:
    numbers = Numbers(prefix="185015")

    drawn = {numbers() for _ in range(2_000)}

    assert not any(one_digit_away(number) & drawn for number in drawn)
