"""Numbers that are asked for in another spelling than the call has them, and numbers that are none."""

import pytest

from keepcall.cases.observations.api import Observer, asking, encodings, keep, ongoing


@pytest.mark.parametrize(
    ("has", "asked"),
    [
        asking("KC-OBS-109", "+{}", "+{}"),
        asking("KC-OBS-111", "+{}", "{}"),
        asking("KC-OBS-112", "{}", "+{}"),
        asking("KC-OBS-113", "{}", "0{}"),
        asking("KC-OBS-114", "0{}", "{}"),
        asking("KC-OBS-115", "{}", " {} "),
        asking("KC-OBS-116", "{}00", "{} 00"),
        asking("KC-OBS-128", "{}", "{}*"),
        asking("KC-OBS-129", "{}", "{}#"),
        asking("KC-OBS-117", "{}", "sip:{}@recorder.example"),
        asking("KC-OBS-118", "sip:{}@recorder.example", "sip:{}@recorder.example"),
        asking("KC-OBS-119", "sip:{}@recorder.example", "{}"),
        asking("KC-OBS-120", "Zoë漢😀{}", "Zoë漢😀{}"),
    ],
)
def test_another_spelling(observer: Observer, has: str, asked: str) -> str:
    """The call has the one, the request the other."""
    with observer.setup() as setup:
        digits = setup.number().text
        call = setup.neighbour(has.format(digits), ongoing()).call
        return observer.outcome(observer.send(keep(extension=asked.format(digits), status="ongoing")), call)


@pytest.mark.parametrize(
    ("has", "encoded", "otherwise"),
    [
        asking("KC-OBS-110", "+{}", "extension=%2B", "extension=+"),
        asking("KC-OBS-121", "ë{}", "extension=%C3%AB", "extension=%EB"),
    ],
)
def test_another_encoding(observer: Observer, has: str, encoded: str, otherwise: str) -> str:
    """The number is the same, its bytes are not."""
    with observer.setup() as setup:
        number = setup.neighbour(has.format(setup.number().text), ongoing())
        spell = encodings.respelled(encoded, otherwise)
        return observer.outcome(observer.send(keep(extension=number.text, status="ongoing"), spell), number.call)
