"""The command lab: what it asks of its program, and what becomes of the calls."""

from typing import Any

import pytest

from keepcall import resources
from keepcall.cases.situations.selectors import by_call_id
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, UNMARK
from keepcall.contract.outcomes import NotTested
from keepcall.contract.request import Request, keep
from keepcall.contract.target import Claims
from keepcall.errors import LabError
from keepcall.lab.command_lab import CommandLab
from keepcall.lab.offer import Offer
from keepcall.lab.program import Program


class Lines(Program):
    """A program of the mind, which knows the callIDs or does not."""

    def __init__(self, *, knows: bool = True, reads: bool = False, **offer: object) -> None:
        self.knows = knows
        self.offer = {"offer": offer} if offer else {}
        self.reads = reads
        self.asked: list[tuple[str, str]] = []
        self.there: dict[str, dict[str, Any]] = {}

    def ask(self, action: Any) -> dict[str, Any]:
        assert resources.validator("lab-action.schema.json").is_valid(action), action
        if action["action"] == "offer":
            return self.offer
        name, handle = action["action"], action.get("handle", str(len(self.asked)))
        self.asked.append((name, handle))
        if name == "place":
            call_id = f"00000000-0000-4000-8000-{len(self.asked):012d}"
            self.there[handle] = {"callID": call_id} if self.knows else {}
            return {"handle": handle, "call": self.there[handle]}
        if name == "read" and not self.reads:
            raise NotTested("these lines cannot read")
        if name == "remove":
            del self.there[handle]
            return {}
        return {"call": {}}

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


class Api:
    """Grants everything."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Any:
        self.asked.append(request)
        return "granted"


def test_a_call_is_placed_between_the_number_and_another_one() -> None:
    lines = Lines()
    number = CommandLab(lines, Claims(), Api()).number([ongoing("called")], KEEP)

    assert number.call.called_party == number.text != number.call.calling_party
    assert (number.call.identified, number.call.kept) == (True, False)
    assert lines.names() == ["place"]


def test_finished_calls_begin_and_end_in_their_order() -> None:
    lines = Lines(resolution=0)
    specs = [finished(started=3000, ended=300), finished(started=1800, ended=1200)]
    number = CommandLab(lines, Claims(), Api()).number(specs, KEEP)

    assert lines.asked == [("place", "0"), ("place", "1"), ("end", "1"), ("end", "0")]
    assert [call.state for call in number.calls] == ["finished", "finished"]
    ends = [call.end_time for call in number.calls]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] >= ends[1]


def test_what_has_to_be_kept_is_kept_through_the_api() -> None:
    api = Api()
    number = CommandLab(Lines(), Claims(), api).number([ongoing()], UNMARK)

    assert number.call.kept
    assert api.asked == [by_call_id(number.call)]


def test_an_idle_number_is_given_to_the_next_test_marked_as_it_needs() -> None:
    lines, api = Lines(), Api()
    lab = CommandLab(lines, Claims(), api)
    first = lab.number([ongoing()], KEEP)
    lab.hear(by_call_id(first.call), "granted")
    lab.remove(first.call)
    lab.release(first.text)
    second = lab.number([ongoing()], KEEP)

    assert second == first
    assert lines.names() == ["place"]
    assert api.asked == [by_call_id(first.call).unmarking()]


def test_a_number_on_which_a_call_began_is_given_up() -> None:
    lines = Lines()
    lab = CommandLab(lines, Claims(), Api())
    number = lab.number([ongoing()], KEEP)
    begun = lab.begin(number, ongoing(), KEEP)
    for call in (begun, number.call):
        lab.remove(call)
    lab.release(number.text)

    assert lines.there == {}
    assert lab.number([ongoing()], KEEP).text != number.text


def test_a_mark_is_taken_off_before_a_call_is_removed_for_good() -> None:
    lines, api = Lines(), Api()
    lab = CommandLab(lines, Claims(), api)
    number = lab.number([ongoing()], KEEP)
    lab.hear(by_call_id(number.call), "granted")

    assert lab.close() == ()
    assert lines.there == {}
    assert api.asked == [by_call_id(number.call).unmarking()]


def test_a_call_whose_id_is_unknown_is_named_by_number_alone() -> None:
    call = CommandLab(Lines(knows=False), Claims(), Api()).number([ongoing()], KEEP).call

    assert not call.identified
    with pytest.raises(NotTested, match="does not know the callID"):
        by_call_id(call)


@pytest.mark.parametrize("reads", [True, False], ids=["it can", "it cannot"])
def test_whether_the_program_reads_back_is_asked_once(reads: bool) -> None:
    lines = Lines(reads=reads)
    lab = CommandLab(lines, Claims(), Api())

    assert [lab.reads_back, lab.reads_back] == [reads, reads]
    assert lines.names().count("read") == 1


def test_a_call_that_no_request_finds_is_in_doubt() -> None:
    lab = CommandLab(Lines(), Claims(), lambda _: "refused")
    call = lab.number([ongoing()], KEEP).call

    assert "no request finds" in lab.has_lost([call])
    assert CommandLab(Lines(), Claims(), Api()).has_lost([]) == ""


def test_requests_about_others_leave_the_calls_alone() -> None:
    api = Api()
    lab = CommandLab(Lines(), Claims(), api)
    lab.number([ongoing()], KEEP)
    lab.hear(keep(callID="00000000-0000-4000-8000-000000000000"), "refused")
    lab.close()

    assert api.asked == []


def test_a_number_that_looks_like_another_one_is_of_no_use_to_the_next_test() -> None:
    """A test asks for such a number as that of nobody."""
    lines = Lines()
    lab = CommandLab(lines, Claims(), Api())
    number = lab.number([ongoing()], KEEP, "88560")
    lab.remove(number.call)
    lab.release(number.text)

    assert lines.there == {}
    assert lab.unassigned_calls() == ()


def test_the_calls_of_idle_numbers_are_bystanders() -> None:
    lab = CommandLab(Lines(), Claims(), Api())
    number = lab.number([ongoing()], KEEP)
    held = lab.unassigned_calls()
    lab.remove(number.call)
    lab.release(number.text)

    assert held == ()
    assert lab.unassigned_calls() == number.calls


def test_a_call_that_begins_has_no_mark_yet_whatever_the_recorder_has_done_with_it_by_now() -> None:
    class Late(Lines):
        def ask(self, action: Any) -> dict[str, Any]:
            return super().ask(action) | ({"call": {"kept": True}} if action["action"] == "place" else {})

    lab = CommandLab(Late(), Claims(), Api())
    number = lab.number([], KEEP)

    assert not lab.begin(number, ongoing(), KEEP).kept


def test_what_a_program_does_not_offer_is_not_asked_of_it() -> None:
    lines = Lines(recordings=["on-demand"], read=False)
    lab = CommandLab(lines, Claims(), Api())

    assert not lab.reads_back
    with pytest.raises(NotTested, match="places no controlled calls"):
        lab.number([ongoing()], RECORD)
    with pytest.raises(NotTested, match="places no controlled calls"):
        lab.dry().number([ongoing()], RECORD)
    assert lines.asked == []


def test_a_rehearsal_knows_no_more_of_calls_than_the_program_offers() -> None:
    lab = CommandLab(Lines(callID=False, read=False), Claims(), Api())
    mind = lab.dry()

    assert not mind.number([ongoing()], KEEP).call.identified
    assert not mind.reads_back
    assert CommandLab(Lines(), Claims(), Api()).dry().reads_back


def test_a_program_that_fails_when_it_is_asked_what_it_offers_may_do_everything() -> None:
    class Older(Lines):
        def ask(self, action: Any) -> dict[str, Any]:
            if action["action"] == "offer":
                raise LabError("no such action")
            return super().ask(action)

    lab = CommandLab(Older(), Claims(), Api())

    assert lab.offer == Offer()
    assert lab.number([ongoing()], RECORD).call.recording == "controlled"
