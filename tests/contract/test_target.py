"""A target keeps its secrets, and tells the rest."""

import copy
import json
import pickle
from dataclasses import asdict, replace

import pytest

from keepcall.contract.target import Credentials, LabSettings, Limits, RequestToken, Secret, Target

HUSH = Secret("hush-5d1e")
TARGET = Target(
    "Example",
    "https://recorder.example/verba/api",
    Credentials(HUSH, expired_token=HUSH, request_token=RequestToken("conformance", HUSH)),
    lab=LabSettings("command", command=("/opt/lab/place_call", "--key", "hush-5d1e")),
    limits=Limits(ca_file="/home/tester/ca.pem"),
)


@pytest.mark.parametrize(
    "shown",
    [
        repr(HUSH),
        str(HUSH),
        f"{HUSH}",
        f"{HUSH!r:>40}",
        "%s" % HUSH,  # noqa: UP031 - one more way to make a text of it
        repr([HUSH]),
        repr(TARGET.credentials),
        str(asdict(TARGET.credentials)),
        str(TARGET.secrets()),
        json.dumps(TARGET.configuration()),
    ],
    ids=["repr", "str", "format", "wide", "percent", "list", "credentials", "dict", "secrets", "configuration"],
)
def test_a_secret_shows_nowhere(shown: str) -> None:
    assert "hush" not in shown


def test_a_secret_goes_into_no_json() -> None:
    with pytest.raises(TypeError):
        json.dumps({"token": HUSH})


def test_a_secret_tells_whether_it_is_there() -> None:
    assert HUSH
    assert not Secret()
    assert repr(HUSH) != repr(Secret())


def test_secrets_compare_by_their_text() -> None:
    assert Secret("hush-5d1e") == HUSH
    assert len({Secret("hush-5d1e"), HUSH, Secret("other")}) == 2


@pytest.mark.parametrize("twin", [pickle.loads(pickle.dumps(TARGET)), copy.deepcopy(TARGET)], ids=["pickle", "copy"])
def test_a_target_can_go_to_a_worker(twin: Target) -> None:
    assert twin == TARGET
    assert twin.credentials.api_key.reveal() == "hush-5d1e"


def test_secrets_are_named_after_what_stands_for_them() -> None:
    every = Target("x", "http://h", Credentials(HUSH, HUSH, HUSH, HUSH, HUSH, HUSH, RequestToken("u", HUSH)))

    assert list(every.secrets()) == [
        "KEEPCALL_API_KEY",
        "KEEPCALL_TOKEN",
        "KEEPCALL_EXPIRED_TOKEN",
        "KEEPCALL_OPEN_API_KEY",
        "KEEPCALL_OTHER_API_KEY",
        "KEEPCALL_OTHER_TOKEN",
        "KEEPCALL_PASSWORD",
    ]


def test_the_configuration_tells_everything_but_secrets_and_paths() -> None:
    assert TARGET.configuration() == {
        "name": "Example",
        "url": "https://recorder.example/verba/api",
        "credentials": ["api_key", "expired_token", "password"],
        "request_token": "basic",
        "claims": {
            "authentication": True,
            "methods": ["GET", "POST"],
            "post": "form",
            "statuses": ["ongoing", "next", "last", "ongoing,next"],
            "types": ["manualRecord"],
            "unmark": True,
        },
        "lab": {"kind": "command", "url": "", "command": "place_call", "calls": 0, "timeout": 10.0},
        "limits": {
            "timeout": 10.0,
            "requests_per_second": 0.0,
            "max_body": 1048576,
            "ca_file": "ca.pem",
            "next_wait": 75.0,
            "lockout_wait": 60.0,
        },
    }


def test_the_configuration_of_a_bare_target_has_empty_texts() -> None:
    bare = replace(TARGET, credentials=Credentials(HUSH), lab=LabSettings(), limits=Limits())

    assert bare.configuration()["request_token"] == ""
    assert bare.configuration()["lab"] == {"kind": "none", "url": "", "command": "", "calls": 0, "timeout": 10.0}
