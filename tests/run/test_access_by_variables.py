"""With `--url`, key and token come from variables: what stands on a command line, all users of a machine can see."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from keepcall.cli import main
from keepcall.cli.arguments import add_target, target_of
from keepcall.cli.run_options import add_arguments, options_of
from keepcall.contract.target import UNSET, Secret, Target
from keepcall.errors import ProfileError
from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
URL = "http://127.0.0.1:9/verba/api"


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPCALL_API_KEY", "key-of-the-variable")
    monkeypatch.setenv("KEEPCALL_TOKEN", "token-of-the-variable")


def target(*words: str) -> Target | None:
    parser = ArgumentParser()
    add_target(parser)
    return target_of(parser.parse_args(words))


def credentials(*words: str) -> tuple[Secret, Secret]:
    found = target("--url", URL, *words)
    assert found is not None
    return found.credentials.api_key, found.credentials.token


def test_a_run_takes_key_and_token_from_the_environment(command: "Command", serving: Serving) -> None:
    server = serving(KeepCallServer())
    command.more |= {"KEEPCALL_API_KEY": server.settings.api_key, "KEEPCALL_TOKEN": server.settings.token}

    done = command("run", "--url", server.url, "--lab", server.lab_url, "--only", "KC-SEL-01", "--output", "out")

    report = command.report("out")
    verdicts = {entry["id"]: entry["verdict"] for entry in report["requirements"]}
    assert verdicts["KC-SEL-01"] == "pass", done.stdout + done.stderr
    assert report["configuration"]["credentials"] == ["api_key", "token"]


@pytest.mark.usefixtures("variables")
def test_an_option_goes_before_its_variable_and_an_empty_token_is_none() -> None:
    assert credentials() == (Secret("key-of-the-variable"), Secret("token-of-the-variable"))
    assert credentials("--api-key", "k") == (Secret("k"), Secret("token-of-the-variable"))
    assert credentials("--token", "t") == (Secret("key-of-the-variable"), Secret("t"))
    assert credentials("--token", "") == (Secret("key-of-the-variable"), UNSET)


@pytest.mark.usefixtures("variables")
def test_without_a_url_the_variables_name_no_target() -> None:
    assert target() is None


@pytest.mark.usefixtures("variables")
def test_the_line_that_repeats_a_run_takes_them_from_there_again() -> None:
    parser = ArgumentParser()
    add_arguments(parser)

    lines = [
        options_of(parser.parse_args(["--url", "http://h/a;b", *words])).command
        for words in ([], ["--api-key", "the-key", "--token", "the-token"], ["--token", ""])
    ]

    assert lines == ["keepcall run --url 'http://h/a;b'"] * 2 + ["keepcall run --url 'http://h/a;b' --token ''"]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEEPCALL_API_KEY", raising=False)

    with pytest.raises(ProfileError, match="--api-key: found nothing, and no variable KEEPCALL_API_KEY; expected"):
        target("--url", URL)


def test_what_is_wrong_with_a_variable_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPCALL_API_KEY", "the\x1bkey")

    with pytest.raises(ProfileError, match=r"\$KEEPCALL_API_KEY: found a text, which has line breaks") as caught:
        target("--url", URL)

    assert "the\x1bkey" not in str(caught.value)


@pytest.mark.parametrize("name", ["run", "check", "plan", "replay", "init"])
def test_the_help_names_the_variables(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([name, "--help"]) == 0

    told = capsys.readouterr().out
    assert "KEEPCALL_API_KEY" in told
    assert "KEEPCALL_TOKEN" in told
