"""What a profile reads and starts is listed by name, before anything of it goes anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from keepcall.cli import main
from keepcall.cli.commands import check
from keepcall.contract.target import Target
from keepcall.run.config import profile_sources
from keepcall.run.preflight import ReadinessItem

PROFILE = """\
url = "http://127.0.0.1:9/verba/api"
[credentials]
api_key = { env = "MY_KEY" }
other_api_key = "the-other-key"
other_token = { file = "secrets/other" }
[credentials.request_token]
user = "jane"
password = { file = "/etc/hostname" }
[lab]
kind = "command"
command = ["PYTHON", "-I", "lab.py", "--password=the-lab-password"]
[limits]
ca_file = "ours.pem"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the profile `t.toml`, with all that it names."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "other").write_text("the-other-token\n", encoding="utf-8")
    for name in ("lab.py", "ours.pem"):
        (tmp_path / name).touch()
    (tmp_path / "t.toml").write_text(PROFILE, encoding="utf-8")
    monkeypatch.setenv("MY_KEY", "the-key")
    return tmp_path


def test_variables_files_and_programs_are_named_with_their_places(folder: Path) -> None:
    found = [(each.verb, each.name, each.place) for each in profile_sources.of_profile(folder / "t.toml")]

    assert found == [
        ("reads", "the variable MY_KEY", "credentials.api_key"),
        ("reads", f"the file {folder}/secrets/other", "credentials.other_token"),
        ("reads", "the file /etc/hostname", "credentials.request_token.password"),
        ("starts", f"the program PYTHON in {folder} with lab.py (3 arguments)", "lab.command"),
        ("reads", f"the file {folder}/ours.pem", "limits.ca_file"),
    ]


def test_every_key_that_takes_a_secret_or_a_file_is_seen_in_whatever_table(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(
        '[headers]\nX-Key = { env = "A" }\n[tls]\nclient_key = "k.pem"\n'
        '[[x]]\n[[x]]\ny = { env = "B" }\n[some.table]\nkey = { file = "f\\n" }\n',
        encoding="utf-8",
    )

    found = [each.name for each in profile_sources.of_profile(tmp_path / "t.toml")]

    assert found == ["the variable A", f"the file {tmp_path}/k.pem", "the variable B", f'the file "{tmp_path}/f\\n"']


def test_a_check_lists_them_before_it_looks_at_the_target(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()

    def look(target: Target) -> Iterator[ReadinessItem]:
        told.append(capsys.readouterr().out)
        raise AssertionError(target.name)

    monkeypatch.setattr(check, "console", lambda: Console(width=500))
    monkeypatch.setattr(check, "look", look)

    assert main.main(["check", str(folder / "t.toml")]) == 4
    lines = [line for line in told[0].splitlines() if line.startswith(("reads", "starts"))]
    assert len(lines) == 5
    assert lines[0] == "reads        the variable MY_KEY, for credentials.api_key"
    for secret in ("the-key", "the-other-key", "the-other-token", "the-lab-password"):
        assert secret not in told[0]


def test_a_check_of_an_address_names_the_variables_that_it_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPCALL_API_KEY", "the-key")
    monkeypatch.setenv("KEEPCALL_TOKEN", "the-token")
    monkeypatch.setattr(check, "look", lambda _: 1 / 0)

    assert main.main(["check", "--url", "http://127.0.0.1:9/verba/api", "--token", "another"]) == 4
    told = capsys.readouterr().out
    assert "reads        the variable KEEPCALL_API_KEY, for --api-key" in told
    assert "KEEPCALL_TOKEN" not in told
