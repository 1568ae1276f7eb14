"""Parameters that are unknown, that come twice, or whose name is in another case."""

import pytest

from keepcall.cases.observations.api import (
    Observer,
    asking,
    by_call_id,
    encodings,
    id_of,
    keep,
    ongoing,
    readings,
    which_value_counts,
)


@pytest.mark.parametrize("value", [asking("KC-OBS-051", "bar"), asking("KC-OBS-122", "Zoë 漢 😀")])
def test_an_unknown_parameter(observer: Observer, value: str) -> str:
    """Beside the known ones."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.outcome(observer.send(by_call_id(call).given(foo=value)), call)


@pytest.mark.parametrize(
    "name",
    [
        asking("KC-OBS-052", "action"),
        asking("KC-OBS-053", "apiKey"),
        asking("KC-OBS-054", "token"),
        asking("KC-OBS-058", "status"),
    ],
)
def test_a_parameter_with_two_values(observer: Observer, name: str) -> str:
    """One of which nobody knows."""
    return which_value_counts(observer, name)


@pytest.mark.observation("KC-OBS-055")
def test_two_response_types(observer: Observer) -> str:
    """Neither is the one that is taken where none is given."""
    with observer.setup() as setup:
        request = by_call_id(setup.number(ongoing()).call)
        both = request.adding("responseType", "TEXT").adding("responseType", "HTML")
        return readings.first_or_last_format(observer.send(both))


@pytest.mark.observation("KC-OBS-056")
def test_two_call_ids(observer: Observer) -> str:
    """Of two ongoing calls."""
    with observer.setup() as setup:
        first, last = setup.number(ongoing()).call, setup.number(ongoing()).call
        reply = observer.send(by_call_id(first).adding("callID", id_of(last)))
        return observer.which(reply, {"the first": first, "the last": last})


@pytest.mark.observation("KC-OBS-057")
def test_two_extensions(observer: Observer) -> str:
    """There is a number that is spelled like both of them with a comma between."""
    with observer.setup() as setup:
        first, last = setup.number(ongoing()), setup.number(ongoing())
        joined = setup.neighbour(f"{first.text},{last.text}", ongoing())
        reply = observer.send(keep(extension=first.text, status="ongoing").adding("extension", last.text))
        calls = {"the first": first.call, "the last": last.call, "the two joined": joined.call}
        return observer.which(reply, calls)


@pytest.mark.parametrize(
    ("name", "spelt"), [asking("KC-OBS-059", "callID", "callid"), asking("KC-OBS-060", "apiKey", "APIKEY")]
)
def test_a_name_in_another_case(observer: Observer, name: str, spelt: str) -> str:
    """In place of the documented one."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        spell = encodings.respelled(f"{name}=", f"{spelt}=")
        return observer.outcome(observer.send(by_call_id(call), spell), call)
