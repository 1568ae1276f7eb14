"""A part of the suite, run against a server that does what a test says, with the lab of the reference server."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keepcall import resources
from keepcall.contract import requirements
from keepcall.contract.target import Target
from keepcall.report.raw import Run
from keepcall.report.verdict import TargetVerdict
from keepcall.run.collector import Collector
from keepcall.run.reference import target_of
from keepcall.run.settings import WORKER_SETTINGS, WorkerSettings
from keepcall.server import RunningServer, Settings
from keepcall.server.app import KeepCallServer

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

FILES = {
    "KC-SEL-01": "valid/test_selection.py",
    "KC-RSP-02": "answers/test_formats.py",
    "KC-XML-01": "answers/test_xml.py",
    "KC-XML-02": "answers/test_xml.py",
    "KC-HTTP-07": "answers/test_http.py",
    "KC-ANY-01": "any_input/test_any_input.py",
    "KC-STA-05": "valid/test_status.py",
}
_MOST = 3
"""Tests of one requirement: each of them asks the same thing in another situation."""

_FRAMING = re.compile(rb"\r\n(?:content-length|connection):[^\r]*", re.IGNORECASE)

Spoil = Callable[[bytes, bytes], tuple[bytes, bytes]]
"""From head and body of a right answer to those of a hostile one."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What a part of the suite came to."""

    verdict: TargetVerdict
    tests: tuple[str, ...]
    messages: tuple[str, ...]
    sent: int


class Handover:
    """Gives the plugin its target, and leaves it a few tests."""

    def __init__(self, target: Target, most: int) -> None:
        self._target = target
        self._most = most

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[WORKER_SETTINGS] = WorkerSettings(self._target)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        del items[self._most :]


@pytest.fixture(scope="session")
def reference() -> Iterator[RunningServer]:
    """The reference server: its lab arranges calls, and it answers what a hostile server hands on."""
    with RunningServer(KeepCallServer(Settings.random(next_window=1.0))) as server:
        yield server


@pytest.fixture
def relay(reference: RunningServer) -> Callable[[bytes], bytes]:
    """What the reference server answers to a request."""
    return relaying(reference.url)


def relaying(url: str) -> Callable[[bytes], bytes]:
    """Hands requests on to the server at an address, one connection each."""
    port = int(re.findall(r":(\d+)/", url)[0])

    def ask(request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), 10) as stream:
            stream.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            with stream.makefile("rb") as reader:
                return reader.read()

    return ask


@pytest.fixture
def served(
    serve: "Callable[..., RawServer]", relay: Callable[[bytes], bytes]
) -> "Callable[[Callable[[bytes], Script | None]], RawServer]":
    """A server that has the reference server do what it is asked, and may tell something else of it."""

    def start(answer: "Callable[[bytes], Script | None]") -> "RawServer":
        def say(request: bytes) -> "Script":
            right, own = relay(request), answer(request)
            return [right] if own is None else own

        return serve(say)

    return start


@pytest.fixture
def spoiled(serve: "Callable[..., RawServer]", relay: Callable[[bytes], bytes]) -> "Callable[[Spoil], RawServer]":
    """A server that spoils the answers of the reference server: `spoiled(lambda head, body: …)`."""
    return lambda spoil: serve(spoiling(spoil, relay))


def spoiling(spoil: Spoil, relay: Callable[[bytes], bytes]) -> "Callable[[bytes], Script]":
    """What a server says that spoils right answers."""

    def answer(request: bytes) -> "Script":
        head, _, body = relay(request).partition(b"\r\n\r\n")
        head, body = spoil(_FRAMING.sub(b"", head), body)
        yield head + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        yield body

    return answer


@pytest.fixture
def target(reference: RunningServer) -> "Callable[..., Target]":
    """A hostile server as a target: `target(server, timeout=…)`."""

    def make(server: "RawServer | str", **limits: Any) -> Target:
        found = target_of(reference)
        url = server if isinstance(server, str) else server.url
        return replace(found, name="hostile", url=url, limits=replace(found.limits, **{"timeout": 0.3, **limits}))

    return make


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Suite]:
    """Runs a few tests of one requirement, as `keepcall run` does, in this process."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(target: Target, requirement: str = "KC-SEL-01", most: int = _MOST) -> Suite:
        folder = resources.path("suites")
        ini = Path(resources.__file__).with_name("run") / "pytest.ini"
        words = ["-c", str(ini), "--rootdir", str(folder.parent), str(folder / FILES[requirement])]
        words += ["--only", requirement]
        without = ("terminal", "cacheprovider", "doctest", "junitxml", "unraisableexception")
        off = [word for name in without for word in ("-p", f"no:{name}")]
        collector = Collector(lambda _: None, lambda _: None)
        pytest.main([*words, *off, "-p", "keepcall.plugin"], plugins=[collector, Handover(target, most)])
        assert not collector.problems
        results = tuple(collector.results.values())
        ended = Run(target, results, datetime.now(UTC), 0.0, collector.sent, tuple(collector.unfinished()))
        return Suite(
            verdict=ended.verdict(requirements.load()),
            tests=tuple(result.verdict for result in results),
            messages=tuple(result.message for result in results),
            sent=collector.sent,
        )

    return run
