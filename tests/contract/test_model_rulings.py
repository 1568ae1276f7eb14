"""What the model says of each kind of request: a table, one row for each reading of the contract."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keepcall.contract.call import Call, Recording, State
from keepcall.contract.model import Access, Ruling, World, may_wait, rule
from keepcall.contract.request import Request, keep
from keepcall.contract.target import Claims

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY, TOKEN = "74c8eea0-50c6-40b2-9f3e-252ed501c3c8", "09835e02-6c10-11e0-bb22-ba324924019b"
OPEN, FOREIGN_KEY, FOREIGN_TOKEN = "open-key-0001", "other-key-0001", "other-token-0001"
NOBODYS = "00000000-0000-4000-8000-000000000000"


def call(
    name: int,
    calling: str,
    called: str = "2001",
    state: State = "ongoing",
    *,
    ended: int = 0,
    recording: Recording = "on-demand",
    kept: bool = False,
    active: bool = False,
) -> Call:
    end = NOW - timedelta(seconds=ended) if state == "finished" else None
    start = NOW - timedelta(hours=1)
    return Call(call_id(name), calling, called, state, start, end, recording, kept, active)


def call_id(name: int) -> str:
    return f"a8343631-9f35-4a3a-83f0-9e8159233{name:03d}"


CALLS = (
    call(1, "8856"),
    call(2, "3001", "8857"),
    call(3, "8857", "3002", "finished", ended=300),
    call(4, "8858"),
    call(5, "3003", "8858"),
    call(6, "8859", "3004", "finished", ended=900),
    call(7, "3005", "8859", "finished", ended=600),
    call(8, "8860", kept=True),
    call(9, "8861", recording="controlled"),
    call(10, "8862"),
    call(11, "8862", recording="controlled"),
    call(12, "8863", "8863"),
    call(13, "8864", "3006", "upcoming"),
    call(14, "8865", "3007", "finished", ended=60),
    call(15, "8865", "3008", "finished", ended=60),
    call(16, "8866", recording="controlled", active=True),
    call(17, "8867"),
    call(18, "8867", "3009"),
    call(19, "8867", recording="controlled"),
    call(20, "8868", recording="controlled"),
    call(21, "8868", "3010", recording="controlled"),
    call(22, "8869", "3011", "finished", ended=60, recording="controlled"),
)
WORLD = World(CALLS, Access(KEY, TOKEN, OPEN, frozenset({FOREIGN_KEY, FOREIGN_TOKEN})))


def ruling(request: Request, world: World = WORLD) -> Ruling:
    names = {*request.names(), *request.omitted}
    access = (("action", "KeepCall"), ("apiKey", KEY), ("token", TOKEN))
    added = tuple((name, value) for name, value in access if name not in names)
    return rule(world, replace(request, parameters=(*added, *request.parameters), method=request.method or "GET"))


def find(number: str, status: str = "ongoing", **more: str) -> Request:
    return keep(extension=number, status=status, **more)


MANUAL = {"type": "manualRecord"}

GRANTED = {
    "a callID": (keep(callID=call_id(1)), 1, "KC-SEL-01"),
    "the callID of one of two calls of a number": (keep(callID=call_id(4)), 4, "KC-SEL-01"),
    "the callID of a finished call": (keep(callID=call_id(3)), 3, "KC-SEL-01"),
    "the calling party": (find("8856"), 1, "KC-SEL-04"),
    "the called party beside a finished call": (find("8857"), 2, "KC-SEL-05"),
    "the other party of a call": (find("3003"), 5, "KC-SEL-04"),
    "ongoing,next with an ongoing call": (find("8856", "ongoing,next"), 1, "KC-STA-06"),
    "last with one finished call": (find("8857", "last"), 3, "KC-STA-03"),
    "last with two finished calls": (find("8859", "last"), 7, "KC-STA-04"),
    "unmark of a kept call": (keep(callID=call_id(8), unmark="1"), 8, "KC-SEL-01"),
    "unmark by extension": (find("8860", unmark="1"), 8, "KC-SEL-04"),
    "manualRecord of a controlled call": (keep(callID=call_id(9), **MANUAL), 9, "KC-SEL-01"),
    "manualRecord by extension": (find("8861", **MANUAL), 9, "KC-SEL-04"),
    "manualRecord with unmark of a call that is recorded": (find("8866", unmark="1", **MANUAL), 16, "KC-SEL-04"),
    "an open key without a token": (keep(callID=call_id(1), apiKey=OPEN).without("token"), 1, "KC-SEL-01"),
    "by POST": (find("8856").by("POST"), 1, "KC-SEL-04"),
    "all percent-encoded and backwards": (find("8856").percent_encode().reverse(), 1, "KC-SEL-04"),
    "each format": (keep(callID=call_id(1), responseType="TEXT"), 1, "KC-SEL-01"),
}


@pytest.mark.parametrize(("request_", "name", "requirement"), GRANTED.values(), ids=GRANTED.keys())
def test_it_is_granted_with_its_effect(request_: Request, name: int, requirement: str) -> None:
    found = ruling(request_)

    assert (found.word, found.requirements) == ("granted", (requirement,))
    assert found.selected == WORLD.call(call_id(name))
    assert found.goal is not None
    assert found.goal.call_id == call_id(name)
    assert found.goal != found.selected
    assert found.looked_up


REFUSED = {
    "an unknown callID": (keep(callID=NOBODYS), "KC-SEL-02"),
    "a callID with its last digit changed": (keep(callID=call_id(1)[:-1] + "f"), "KC-SEL-02"),
    "half a callID": (keep(callID=call_id(1)[:8]), "KC-SEL-02"),
    "a pattern for a callID": (keep(callID="%"), "KC-SEL-02"),
    "a callID with more behind a zero byte": (keep(callID=f"{call_id(1)}\x0077"), "KC-SEL-02"),
    "a callID with a comment behind it": (keep(callID=f"{call_id(1)}'--"), "KC-SEL-02"),
    "a blank callID": (keep(callID=" "), "KC-SEL-02"),
    "a number for a callID": (keep(callID="8856"), "KC-SEL-02"),
    "an unknown callID with a status": (keep(callID=NOBODYS, status="next"), "KC-SEL-02"),
    "an unknown callID with an unknown type": (keep(callID=NOBODYS, type="foo"), "KC-SEL-02"),
    "an unknown callID and other parameters": (keep(callID=NOBODYS, foo="bar"), "KC-SEL-02"),
    "unmark of an unknown callID": (keep(callID=NOBODYS, unmark="1"), "KC-SEL-02"),
    "an unmark of 0 of an unknown callID": (keep(callID=NOBODYS, unmark="0"), "KC-SEL-02"),
    "no selector": (keep(), "KC-SEL-03"),
    "a status alone": (keep(status="ongoing"), "KC-SEL-03"),
    "other parameters alone": (keep(foo="8856"), "KC-SEL-03"),
    "a number without its last digit": (find("885"), "KC-SEL-06"),
    "a number with one more digit": (find("88560"), "KC-SEL-06"),
    "a number with %": (find("885%"), "KC-SEL-06"),
    "a number with SQL": (find("8856' OR '1'='1"), "KC-SEL-06"),
    "a number with a comment": (find("8856'--"), "KC-SEL-06"),
    "a number with a wildcard for its last digit": (find("885*"), "KC-SEL-06"),
    "a number with a dialling sign before it": (find("*8856"), "KC-SEL-06"),
    "a number with a letter": (find("8856x"), "KC-SEL-06"),
    "two ongoing calls": (find("8858"), "KC-SEL-07"),
    "two ongoing calls, ongoing,next": (find("8858", "ongoing,next"), "KC-SEL-07"),
    "two ongoing calls, unmark": (find("8858", unmark="1"), "KC-SEL-07"),
    "two on-demand calls beside a controlled one": (find("8867"), "KC-SEL-07"),
    "two controlled calls, manualRecord": (find("8868", **MANUAL), "KC-SEL-07"),
    "a number without calls": (find("777"), "KC-SEL-11"),
    "a blank number": (find(" \t"), "KC-SEL-11"),
    "a number of letters beyond ASCII": (find("漢字"), "KC-SEL-11"),
    "a number without calls, last": (find("777", "last"), "KC-SEL-11"),
    "a number without calls and a list of statuses": (find("777", "ongoing,last"), "KC-SEL-11"),
    "a number without calls and an empty status": (find("777", ""), "KC-SEL-11"),
    "an extension without status": (keep(extension="8856"), "KC-STA-01"),
    "ongoing and a finished call alone": (find("8859"), "KC-STA-02"),
    "ongoing and a call alone that has not begun": (find("8864"), "KC-STA-02"),
    "last and an ongoing call alone": (find("8856", "last"), "KC-STA-03"),
    "the status foo": (find("8856", "foo"), "KC-STA-07"),
    "the status ongo": (find("8856", "ongo"), "KC-STA-07"),
    "the status ongoingly": (find("8856", "ongoingly"), "KC-STA-07"),
    "the status ongoing%": (find("8856", "ongoing%"), "KC-STA-07"),
    "the status nexts": (find("8856", "nexts"), "KC-STA-07"),
}


@pytest.mark.parametrize(("request_", "requirement"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(request_: Request, requirement: str) -> None:
    found = ruling(request_)

    assert (found.word, found.requirements) == ("refused", (requirement,))
    assert found.goal is None
    assert not found.touchable
    assert requirement in found.in_words()


DENIED = {
    "no action": (keep(callID=call_id(1)).without("action"), "KC-ACT-01"),
    "an unknown action": (keep(callID=call_id(1), action="KeepCalls"), "KC-ACT-02"),
    "an empty action": (keep(callID=call_id(1), action=""), "KC-ACT-02"),
    "no key": (keep(callID=call_id(1)).without("apiKey"), "KC-AUTH-01"),
    "an unknown key": (keep(callID=call_id(1), apiKey=NOBODYS), "KC-AUTH-02"),
    "an empty key": (keep(callID=call_id(1), apiKey=""), "KC-AUTH-02"),
    "no token": (keep(callID=call_id(1)).without("token"), "KC-AUTH-03"),
    "an unknown token": (keep(callID=call_id(1), token=NOBODYS), "KC-AUTH-04"),
    "an empty token": (keep(callID=call_id(1), token=""), "KC-AUTH-04"),
    "the key for a token": (keep(callID=call_id(1), token=KEY), "KC-AUTH-04"),
    "no token, whatever else": (keep(callID=call_id(1), status="x", foo="y").without("token"), "KC-AUTH-03"),
    "an unknown call and a token twice": (keep(callID=NOBODYS, token=TOKEN).adding("token", TOKEN), "KC-SEL-02"),
    "an unknown call and an unknown format": (keep(callID=NOBODYS, responseType="JSON"), "KC-SEL-02"),
    "an unknown call and 2,001 characters": (keep(callID=NOBODYS, type="a" * 2001), "KC-SEL-02"),
}


@pytest.mark.parametrize(("request_", "requirement"), DENIED.values(), ids=DENIED.keys())
def test_it_is_refused_in_whatever_form(request_: Request, requirement: str) -> None:
    found = ruling(request_)

    assert found.word == "denied"
    assert requirement in found.requirements


UNDETERMINED = {
    "the action in another case": keep(callID=call_id(1), action="keepcall"),
    "the action twice": keep(callID=call_id(1)).adding("action", "KeepCall").adding("action", "KeepCall"),
    "another action of the interface": keep(callID=call_id(1), action="RequestToken"),
    "the key in another case": keep(callID=call_id(1), apiKey=KEY.upper()),
    "the key with a space": keep(callID=call_id(1), apiKey=f"{KEY} "),
    "another key with its own token": keep(callID=call_id(1), apiKey=FOREIGN_KEY, token=FOREIGN_TOKEN),
    "another key's token": keep(callID=call_id(1), token=FOREIGN_TOKEN),
    "a token where none is needed": keep(callID=call_id(1), apiKey=OPEN),
    "a name in another case": keep(callID=call_id(1), APIKEY=KEY).without("apiKey"),
    "an unknown format": keep(callID=call_id(1), responseType="JSON"),
    "an empty format": keep(callID=call_id(1), responseType=""),
    "a format in another case": keep(callID=call_id(1), responseType="xml"),
    "a format twice": keep(callID=call_id(1), responseType="XML").adding("responseType", "HTML"),
    "more than 2,000 characters": keep(callID=call_id(1), foo="a" * 2001),
    "a parameter that there is not": keep(callID=call_id(1), foo="bar"),
    "a callID twice": keep(callID=call_id(1)).adding("callID", call_id(1)),
    "two callIDs, both unknown": keep(callID=NOBODYS).adding("callID", "x"),
    "a callID under another name": keep(CallID=call_id(1)),
    "a callID in an array": keep(**{"callID[]": call_id(1)}),
    "the number parameter": keep(number="8856", status="ongoing"),
    "an empty callID": keep(callID=""),
    "an empty callID beside an extension": find("8856", callID=""),
    "an empty extension": find(""),
    "an empty extension beside a callID": keep(callID=call_id(1), extension=""),
    "both selectors, of one call": find("8856", callID=call_id(1)),
    "both selectors, of two calls": find("8857", callID=call_id(1)),
    "an unknown callID beside an extension": find("8856", callID=NOBODYS),
    "a callID beside an unknown extension": find("777", callID=call_id(1)),
    "a callID in capitals": keep(callID=call_id(1).upper()),
    "a callID in braces": keep(callID=f"{{{call_id(1)}}}"),
    "a callID without hyphens": keep(callID=call_id(1).replace("-", "")),
    "a callID as a URN": keep(callID=f"urn:uuid:{call_id(1)}"),
    "a callID with a space": keep(callID=f" {call_id(1)}"),
    "a callID with a zero byte behind it": keep(callID=f"{call_id(1)}\x00"),
    "a callID with a status": keep(callID=call_id(1), status="ongoing"),
    "a callID with an empty status": keep(callID=call_id(1), status=""),
    "an upcoming call by its callID": keep(callID=call_id(13)),
    "a number with a zero before it": find("08856"),
    "a number with a plus": find("+8856"),
    "a number with a star behind it": find("8856*"),
    "a number with a hash sign behind it": find("8856#"),
    "a number with spaces": find("88 56"),
    "a number with a tab": find("8856\t"),
    "a number in wide digits": find("８８５６"),  # noqa: RUF001
    "a number as a SIP address": find("sip:8856@recorder.example"),
    "a number with an accent": find("8856\u0301"),
    "a number that is no UTF-8": find("8856\udcff"),
    "a number as people write it": find("88-56"),
    "an empty status": find("8856", ""),
    "a blank status": find("8856", " "),
    "a status twice": find("8856").adding("status", "ongoing"),
    "a status in another case": find("8856", "Ongoing"),
    "a status with a space": find("8856", " ongoing"),
    "a status with the dotless i": find("8856", "ongo\u0131ng"),
    "ongoing, next with a space": find("8856", "ongoing, next"),
    "next,ongoing": find("8856", "next,ongoing"),
    "ongoing twice in the list": find("8856", "ongoing,ongoing"),
    "a comma at the end": find("8856", "ongoing,"),
    "a comma alone": find("8856", ","),
    "an unknown one in the list": find("8856", "ongoing,foo"),
    "only unknown ones in the list": find("8856", "foo,bar"),
    "ongoing,last": find("8856", "ongoing,last"),
    "ongoing and last with a space": find("8856", "ongoing last"),
    "next": find("8856", "next"),
    "next of a number without calls": find("777", "next"),
    "ongoing,next without an ongoing call": find("8859", "ongoing,next"),
    "finished calls that ended together": find("8865", "last"),
    "a finished controlled call, last": find("8869", "last"),
    "a call from a number to itself": find("8863"),
    "on-demand and controlled calls of a number": find("8862"),
    "the same with manualRecord": find("8862", **MANUAL),
    "keep of a controlled call": keep(callID=call_id(9)),
    "keep of a controlled call by its number": find("8861"),
    "manualRecord of an on-demand call": keep(callID=call_id(1), **MANUAL),
    "manualRecord of a finished call": keep(callID=call_id(22), **MANUAL),
    "manualRecord, last": find("8869", "last", **MANUAL),
    "manualRecord of a call that is recorded": keep(callID=call_id(16), **MANUAL),
    "an unknown type": keep(callID=call_id(1), type="foo"),
    "an empty type": keep(callID=call_id(1), type=""),
    "an unknown type and two calls": find("8858", type="foo"),
    "a type in another case": keep(callID=call_id(9), type="manualrecord"),
    "unmark of 0": keep(callID=call_id(1), unmark="0"),
    "unmark of nothing": keep(callID=call_id(1), unmark=""),
    "unmark of true": keep(callID=call_id(1), unmark="true"),
    "unmark twice": keep(callID=call_id(8), unmark="1").adding("unmark", "1"),
    "a keep of a kept call": keep(callID=call_id(8)),
    "an unmark of a call that is not kept": keep(callID=call_id(1), unmark="1"),
}


@pytest.mark.parametrize("request_", UNDETERMINED.values(), ids=UNDETERMINED.keys())
def test_the_contract_is_silent(request_: Request) -> None:
    found = ruling(request_)

    assert found.word == "undetermined"
    assert found.silence
    assert not found.requirements
    assert "does not speak of" in found.in_words()


def test_a_keep_of_a_kept_call_leaves_it_kept() -> None:
    found = ruling(keep(callID=call_id(8)))

    assert found.goal == WORLD.call(call_id(8))


def test_an_unmark_of_a_call_that_is_not_kept_leaves_it_so() -> None:
    found = ruling(find("8856", unmark="1"))

    assert found.goal == WORLD.call(call_id(1))


def test_nothing_is_known_of_a_call_that_something_undetermined_was_done_to() -> None:
    unsure = WORLD.doubting(frozenset({call_id(1)}))

    assert ruling(keep(callID=call_id(1)), unsure).word == "undetermined"
    assert ruling(keep(callID=call_id(1)), unsure).goal is None
    assert ruling(keep(callID=call_id(2)), unsure).word == "granted"


TOUCHABLE = {
    "both selectors": (find("8857", callID=call_id(1)), {1, 2, 3}),
    "a number with zeros": (find("008856"), {1}),
    "a callID in capitals": (keep(callID=call_id(1).upper()), {1}),
    "a parameter that there is not": (keep(callID=call_id(4), foo="bar"), {4}),
    "two callIDs": (keep(callID=call_id(4)).adding("callID", call_id(9)), {4, 9}),
}


@pytest.mark.parametrize(("request_", "names"), TOUCHABLE.values(), ids=TOUCHABLE.keys())
def test_what_is_undetermined_may_only_touch_what_it_mentions(request_: Request, names: set[int]) -> None:
    touchable = ruling(request_).touchable

    assert touchable >= {call_id(name) for name in names}
    assert len(touchable) < len(CALLS) / 2


@pytest.mark.parametrize("request_", [keep(callID=""), find(""), keep(number="8856")], ids=str)
def test_where_a_selector_is_empty_any_call_may_be_touched(request_: Request) -> None:
    everything = {each.call_id for each in CALLS}

    assert ruling(request_).touchable in (everything, {call_id(1)})


@pytest.mark.parametrize(
    ("claims", "request_"),
    [
        pytest.param(Claims(statuses=("ongoing",)), find("8859", "last"), id="last"),
        pytest.param(Claims(statuses=("ongoing",)), keep(callID=call_id(3)), id="a finished call by its callID"),
        pytest.param(Claims(statuses=("ongoing", "last")), find("8856", "ongoing,next"), id="ongoing,next"),
        pytest.param(Claims(unmark=False), keep(callID=call_id(8), unmark="1"), id="unmark"),
        pytest.param(Claims(types=()), keep(callID=call_id(9), **MANUAL), id="manualRecord"),
        pytest.param(Claims(methods=("GET",)), keep(callID=call_id(1)).by("POST"), id="POST"),
    ],
)
def test_what_is_not_claimed_is_not_determined(claims: Claims, request_: Request) -> None:
    assert ruling(request_, replace(WORLD, claims=claims)).word == "undetermined"


def test_without_authentication_a_token_makes_it_undetermined() -> None:
    world = replace(WORLD, access=Access(KEY))

    assert ruling(keep(callID=call_id(1)).without("token"), world).word == "granted"
    assert ruling(keep(callID=call_id(1)), world).word == "undetermined"


@pytest.mark.parametrize(
    ("request_", "waits"),
    [
        pytest.param(find("777", "next"), True, id="next"),
        pytest.param(find("8856", "next"), True, id="next with an ongoing call"),
        pytest.param(find("8856", "ongoing,next"), False, id="ongoing,next with one"),
        pytest.param(find("8858", "ongoing,next"), False, id="ongoing,next with two"),
        pytest.param(find("8859", "ongoing,next"), True, id="ongoing,next with none"),
        pytest.param(find("8860", "ongoing,next"), True, id="ongoing,next with a kept one"),
        pytest.param(find("8856", "NEXT"), True, id="NEXT"),
        pytest.param(find("8856", "n e x t"), True, id="next with spaces"),
        pytest.param(find("8856").adding("status", "next"), True, id="next as the second status"),
        pytest.param(keep(callID=call_id(1), status="next"), True, id="next beside a callID"),
        pytest.param(find("8856", "next").without("token"), True, id="next without a token"),
        pytest.param(keep(status="next"), False, id="next without a selector"),
        pytest.param(find("8856", "last"), False, id="last"),
        pytest.param(find("8862", "ongoing,next", **MANUAL), True, id="both kinds of calls"),
    ],
)
def test_what_may_make_a_server_wait_is_known(request_: Request, waits: bool) -> None:
    access = (("action", "KeepCall"), ("apiKey", KEY), ("token", TOKEN))
    added = tuple((name, value) for name, value in access if name not in request_.omitted)
    complete = replace(request_, parameters=(*added, *request_.parameters), method="GET")

    assert may_wait(WORLD, complete) is waits
