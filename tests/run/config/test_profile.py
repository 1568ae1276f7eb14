"""A profile becomes a target, with a default for whatever it leaves out."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP
from keepcall.contract.target import ArrangedCall, Claims, LabSettings, Limits, RequestToken, Secret, Target
from keepcall.lab.static_lab import StaticLab
from keepcall.run.config import profile, toml_file

MINIMAL = 'url = "https://recorder.example:8443/verba/api"\n[credentials]\napi_key = "key"\n'
SECRETS = ("KEEPCALL_API_KEY", "KEEPCALL_TOKEN", "KEEPCALL_PASSWORD")
EXAMPLE = resources.path("fixtures", "targets", "example.toml")


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Target:
    path = folder / "target.toml"
    path.write_text(text, "utf-8")
    return profile.load(path, environ or {})


def test_the_example_loads() -> None:
    target = profile.load(EXAMPLE, {"KEEPCALL_API_KEY": "key", "KEEPCALL_TOKEN": "token"})

    assert target.name == "Example recorder 9.8"
    assert target.credentials.token.reveal() == "token"
    assert target.claims == Claims()
    assert target.lab == LabSettings(kind="http", url="http://127.0.0.1:8080/lab")
    assert target.limits == Limits()


@pytest.mark.parametrize("path", sorted(EXAMPLE.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_each_example_loads_and_holds_no_secret(path: Path) -> None:
    target = profile.load(path, dict.fromkeys(SECRETS, "a secret"))

    assert target.credentials.api_key.reveal() == "a secret"
    assert all(secret.reveal() == "a secret" for secret in target.secrets().values())


def test_the_calls_of_the_static_example_can_be_leased() -> None:
    environ = {"KEEPCALL_API_KEY": "key", "KEEPCALL_TOKEN": "token"}
    target = profile.load(EXAMPLE.parent / "static.toml", environ)
    lab = StaticLab(target.lab, target.claims).dry()

    assert lab.number([ongoing(), ongoing("called")], KEEP).text == "8860"
    assert lab.number([finished()], KEEP).text in {"8870", "8871"}
    assert lab.number([], KEEP).text == "8899"
    assert [call.identified for call in lab.number([ongoing()], KEEP).calls] == [True]


def test_what_the_example_comments_out_fits_the_schema() -> None:
    """Taken in, and each kind of lab put into a table of its own."""
    text = re.sub(r"^# (?=\[|\w+ = )", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    http, command, static, limits = re.split(
        r'^(?=kind = "command"|kind = "static"|\[limits])', text, flags=re.MULTILINE
    )
    common = tomllib.loads(http + limits)

    for lab in ("", f"[lab]\n{command}", f"[lab]\n{static}"):
        assert (
            list(resources.validator("target.schema.json").iter_errors(toml_file.plain(common | tomllib.loads(lab))))
            == []
        )
    assert "expired_token" in common["credentials"]
    assert "request_token" in common["credentials"]
    assert "ca_file" in common["limits"]


def test_a_minimal_profile_has_every_default(tmp_path: Path) -> None:
    target = load(tmp_path, MINIMAL)

    assert target.name == "recorder.example:8443"
    assert target.claims == Claims(authentication=False)
    assert target.lab == LabSettings(kind="none")
    assert target.limits == Limits()
    assert not target.credentials.token
    assert target.credentials.request_token is None


@pytest.mark.parametrize(("table", "values"), [("claims", Claims()), ("limits", Limits())], ids=["claims", "limits"])
def test_the_schema_gives_the_same_defaults(table: str, values: object) -> None:
    properties: dict[str, Any] = resources.load_json("schemas", "target.schema.json")["properties"][table][
        "properties"
    ]
    documented = {name: entry["default"] for name, entry in properties.items() if "default" in entry}

    assert documented.keys() | {"authentication", "ca_file"} == properties.keys() | {"authentication", "ca_file"}
    for name, default in documented.items():
        value = getattr(values, name)
        assert (list(value) if isinstance(value, tuple) else value) == default


def test_everything_that_a_profile_says_is_in_the_target(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    target = load(
        tmp_path,
        MINIMAL
        + """
        expired_token = "expired"
        open_api_key = "open"
        other_api_key = "other"
        other_token = "another"
        [credentials.request_token]
        user = "conformance"
        password = "pass word"
        send = "parameters"
        [claims]
        methods = ["POST"]
        post = "mixed"
        statuses = ["ongoing"]
        types = []
        unmark = false
        [limits]
        timeout = 2.5
        requests_per_second = 20
        max_body = 1e6
        ca_file = "ca.pem"
        next_wait = 3
        """,
    )

    assert target.credentials.request_token == RequestToken("conformance", Secret("pass word"), "parameters")
    assert target.claims == Claims(
        authentication=True, methods=("POST",), post="mixed", statuses=("ongoing",), types=(), unmark=False
    )
    assert target.limits == Limits(2.5, 20, 1_000_000, str(tmp_path / "ca.pem"), 3)
    assert {name: secret.reveal() for name, secret in target.secrets().items()} == {
        "KEEPCALL_API_KEY": "key",
        "KEEPCALL_EXPIRED_TOKEN": "expired",
        "KEEPCALL_OPEN_API_KEY": "open",
        "KEEPCALL_OTHER_API_KEY": "other",
        "KEEPCALL_OTHER_TOKEN": "another",
        "KEEPCALL_PASSWORD": "pass word",
    }


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("", False),
        ('token = "t"\n', True),
        ('request_token = { user = "u", password = "p" }\n', True),
        ('token = "t"\n[claims]\nauthentication = false\n', False),
        ('token = "t"\n[claims]\nauthentication = true\n', True),
        ("[claims]\nunmark = true\n", False),
    ],
    ids=["no token", "a token", "a login", "a token that is not claimed", "a claimed token", "other claims"],
)
def test_authentication_is_claimed_by_a_token_unless_said_otherwise(tmp_path: Path, text: str, claimed: bool) -> None:
    assert load(tmp_path, MINIMAL + text).claims.authentication is claimed


def test_a_key_that_needs_no_token_may_be_the_open_one(tmp_path: Path) -> None:
    assert load(tmp_path, MINIMAL + 'open_api_key = "key"\n').credentials.open_api_key == Secret("key")


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    target = load(tmp_path, MINIMAL + 'token = { env = "T" }\n', {"T": " spaces stay "})

    assert target.credentials.token.reveal() == " spaces stay "


@pytest.mark.parametrize(
    "octets",
    [b"tok\xc3\xa9n", b"tok\xc3\xa9n\n", b"tok\xc3\xa9n\r\n", b"\xef\xbb\xbftok\xc3\xa9n"],
    ids=["bare", "line feed", "carriage return and line feed", "byte order mark"],
)
def test_a_secret_comes_from_a_file_beside_the_profile(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "token.txt").write_bytes(octets)

    assert load(tmp_path, MINIMAL + 'token = { file = "token.txt" }\n').credentials.token.reveal() == "tokén"


def test_a_byte_order_mark_before_a_profile_is_no_mistake(tmp_path: Path) -> None:
    assert load(tmp_path, "\N{ZERO WIDTH NO-BREAK SPACE}" + MINIMAL).url.endswith("/verba/api")


def test_a_command_lab_runs_in_the_folder_of_the_profile(tmp_path: Path) -> None:
    target = load(tmp_path, MINIMAL + '[lab]\nkind = "command"\ncommand = ["python3", "lab.py"]\ntimeout = 30\n')

    assert target.lab == LabSettings(kind="command", command=("python3", "lab.py"), folder=tmp_path, timeout=30)


def test_a_static_lab_has_its_calls_by_state(tmp_path: Path) -> None:
    target = load(
        tmp_path,
        MINIMAL
        + """
        [lab]
        kind = "static"
        numbers_without_calls = ["8899"]
        [[lab.calls.ongoing]]
        callID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
        callingParty = "8856"
        calledParty = "2001"
        recording = "controlled"
        recordingActive = true
        [[lab.calls.finished]]
        callID = "b8343631-9f35-4a3a-83f0-9e81592339fb"
        callingParty = "2001"
        calledParty = "8857"
        endTime = 2026-11-23T10:00:00.250+01:00
        kept = true
        """,
    )

    assert target.lab.numbers_without_calls == ("8899",)
    assert target.lab.calls == (
        ArrangedCall(
            "a8343631-9f35-4a3a-83f0-9e81592339fb",
            "8856",
            "2001",
            "ongoing",
            recording="controlled",
            recording_active=True,
        ),
        ArrangedCall(
            "b8343631-9f35-4a3a-83f0-9e81592339fb",
            "2001",
            "8857",
            "finished",
            end_time=datetime(2026, 11, 23, 9, 0, 0, 250_000, UTC),
            kept=True,
        ),
    )


def test_options_make_a_target_too() -> None:
    target = profile.from_options("http://127.0.0.1:8080/verba/api", "key", "token", "http://127.0.0.1:8080/lab")

    assert target.name == "127.0.0.1:8080"
    assert target.claims == Claims()
    assert target.lab == LabSettings(kind="http", url="http://127.0.0.1:8080/lab")
    assert target.credentials.api_key == Secret("key")


def test_options_that_are_left_out_are_not_claimed() -> None:
    target = profile.from_options("http://127.0.0.1:8080/verba/api", "key")

    assert target.claims == Claims(authentication=False)
    assert target.lab == LabSettings()
