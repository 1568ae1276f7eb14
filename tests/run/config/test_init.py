"""`keepcall init` writes a profile that is valid and says what was answered, or says what is wrong."""

import io
from pathlib import Path

import pytest

from keepcall.cli.main import main
from keepcall.contract.target import Target
from keepcall.run.config import profile

ENVIRONMENT = {
    "KEEPCALL_API_KEY": "key",
    "KEEPCALL_TOKEN": "token",
    "KEEPCALL_PASSWORD": "password",
    "OUR_KEY": "ours",
}
URL = "https://recorder.example/verba/api"
NAME = 'Our "recorder" 9.8 漢\U0001f600\x7f'


def made(folder: Path, *arguments: str) -> Target:
    path = folder / "new.toml"
    assert main(["init", str(path), *arguments]) == 0
    return profile.load(path, ENVIRONMENT)


def test_options_alone_make_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = made(tmp_path, "--url", URL, "--lab-url", "http://127.0.0.1:8080/lab", "--yes")

    assert (target.url, target.name, target.lab.kind) == (URL, "recorder.example", "http")
    assert target.credentials.token.reveal() == "token"
    assert target.claims.statuses == ("ongoing", "next", "last", "ongoing,next")
    assert "Set KEEPCALL_API_KEY and KEEPCALL_TOKEN" in capsys.readouterr().out
    text = (tmp_path / "new.toml").read_text(encoding="utf-8")
    assert text.count("#") > 12
    assert "token" not in [line.partition(" = ")[2] for line in text.splitlines()]


def test_everything_can_be_said_by_options(tmp_path: Path) -> None:
    target = made(
        tmp_path, "--url", URL, "--name", NAME, "--access", "login", "--user", "Ünser",
        "--send", "parameters", "--api-key-env", "OUR_KEY", "--password-env", "KEEPCALL_PASSWORD", "--methods", "GET",
        "--post", "query", "--statuses", "ongoing", "last", "--no-manual-record", "--no-unmark", "--lab", "command",
        "--lab-command", "python3 'place call.py'", "--rate", "2.5",
    )  # fmt: skip

    requested = target.credentials.request_token
    assert requested is not None
    assert (requested.user, requested.password.reveal(), requested.send) == ("Ünser", "password", "parameters")
    assert target.name == NAME
    assert target.credentials.api_key.reveal() == "ours"
    assert (target.claims.methods, target.claims.post, target.claims.statuses) == (
        ("GET",), "query", ("ongoing", "last"),
    )  # fmt: skip
    assert (target.claims.types, target.claims.unmark) == ((), False)
    assert target.lab.command == ("python3", "place call.py")
    assert target.limits.requests_per_second == 2.5


def test_what_no_option_says_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [URL, "Ours", "OUR_KEY", "none", "", "", "ongoing", "no", "", "static",
               "8856:2001:a8343631-9f35-4a3a-83f0-9e81592339fb", "5"]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))

    target = made(tmp_path)

    assert (target.name, target.claims.authentication, target.claims.unmark) == ("Ours", False, True)
    assert (target.claims.statuses, target.claims.types) == (("ongoing",), ())
    assert [(call.calling_party, call.called_party) for call in target.lab.calls] == [("8856", "2001")]
    assert target.limits.requests_per_second == 5
    assert "Values of status that it knows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--yes",), "no address was given"),
        ((), "there is nobody to answer"),
        (("--url", "ftp://x", "--yes"), "another scheme"),
        (("--url", URL, "--lab", "http", "--yes"), "lab.url"),
        (("--url", URL, "--lab", "static", "--yes"), "lab.calls"),
        (("--url", URL, "--call", "8856", "--yes"), "'8856' is no call"),
        (("--url", URL, "--access", "login", "--yes"), "no user was given"),
        (("--url", URL, "--rate", "-1", "--yes"), "limits.requests_per_second"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    code = main(["init", str(tmp_path / "new.toml"), *arguments])

    assert code == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.toml"
    path.write_text("mine", encoding="utf-8")

    assert main(["init", str(path), "--url", URL, "--yes"]) == 2
    assert "it is there already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"
    assert main(["init", str(path), "--url", URL, "--yes", "--force"]) == 0
