"""A bug of ours may end a run or a test; what is told of it holds no secret, even where the error itself does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import pytest

from keepcall.client import client
from keepcall.contract import request
from keepcall.lab import http_lab
from keepcall.report import raw
from keepcall.run import conformance_run
from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.secrets.conftest import Written


class ABugOfOurs(Exception):  # noqa: N818 - a name to look for
    """Something that nobody foresaw."""


def raises(*arguments: object, **named: object) -> NoReturn:
    """Raises with all that it was given, as careless code does."""
    raise ABugOfOurs(f"{arguments!r} {named!r} {[getattr(each, 'parameters', '') for each in arguments]}")


IN_A_TEST: dict[str, tuple[object, str]] = {
    "encoding a parameter": (request, "plain"),
    "sending": (client.Client, "_attempt"),
    "asking the lab": (http_lab.HttpLab, "_ask"),
}


@pytest.mark.parametrize(("place", "name"), IN_A_TEST.values(), ids=IN_A_TEST)
def test_a_test_that_crashes_writes_no_secret(
    run: "Callable[..., Written]",
    keeper: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
) -> None:
    monkeypatch.setattr(place, name, raises)

    written = run(keeper.url, "--only", "KC-AUTH-07")

    assert written.leaks() == []
    assert written.code in {3, 4}
    assert "ABugOfOurs" in written.text("std|report")


IN_THE_COMMAND: dict[str, tuple[object, str]] = {
    "making the report": (raw, "report"),
    "running the suites": (conformance_run, "_suites"),
}


@pytest.mark.parametrize(("place", "name"), IN_THE_COMMAND.values(), ids=IN_THE_COMMAND)
def test_a_command_that_crashes_writes_no_secret(
    run: "Callable[..., Written]",
    keeper: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
) -> None:
    monkeypatch.setattr(place, name, raises)

    written = run(keeper.url, "--only", "KC-AUTH-07")

    assert written.leaks() == []
    assert written.code == 4
    assert "ABugOfOurs" in written.text("stderr")
