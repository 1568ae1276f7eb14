"""A run without a lab, or whose lab goes away: it says what could not be arranged, and the target fails nothing."""

import http.client
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from keepcall.server import KeepCallServer, RunningServer, Settings

if TYPE_CHECKING:
    from tests.conftest import RawServer
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
Serve = Callable[..., "RawServer"]

SOME = ("KC-SEL-01", "KC-SEL-07", "KC-STA-05", "KC-UNM-04", "KC-EFF-04", "KC-ANY-04", "KC-CONC-01")
OPTIONS = ("--output", "out", "--examples", "2", "--seed", "7", "--no-observations", "--only", *SOME)


def impatient() -> KeepCallServer:
    """The reference server, which does not wait a minute for a next call that no lab will place."""
    return KeepCallServer(Settings.random(next_window=1.0))


def run(command: "Command", live: RunningServer, lab: str) -> tuple[int, dict[str, Any], Counter[str]]:
    """Exit code, report, and how many tests have each verdict."""
    own = live.settings
    (command.folder / "target.toml").write_text(
        f'url = "{live.url}"\nlimits = {{ next_wait = 3 }}\n'
        f'[credentials]\napi_key = "{own.api_key}"\ntoken = "{own.token}"\n{lab}',
        encoding="utf-8",
    )
    done = command("run", "--target", "target.toml", *OPTIONS)
    report = command.report("out")
    return done.returncode, report, Counter(t["verdict"] for r in report["requirements"] for t in r["tests"])


def test_without_a_lab_nothing_is_granted_and_nothing_failed(command: "Command", serving: Serving) -> None:
    live = serving(impatient())

    code, report, verdicts = run(command, live, "")

    assert (code, report["verdict"]) == (3, "incomplete")
    assert set(verdicts) <= {"not tested", "not claimed"}
    reasons = {t["message"] for r in report["requirements"] for t in r["tests"] if t["verdict"] == "not tested"}
    assert [reason for reason in reasons if "names no lab" in reason]
    assert live.server.store._select("1 = 1") == []
    assert report["requests"]["sent"] > 0


def lab_at(server: "RawServer") -> str:
    return f'[lab]\nkind = "http"\nurl = "http://127.0.0.1:{server.port}/lab"\n'


class Adapter:
    """Hands so many requests on to the lab; then it has gone."""

    def __init__(self, live: RunningServer, most: int) -> None:
        self._place = urlsplit(live.lab_url).netloc
        self._left = iter(range(most))
        self.server: RawServer | None = None

    def __call__(self, request: bytes) -> list[bytes]:
        if next(self._left, None) is None and self.server:
            self.server.refuse()
            return []
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        connection = http.client.HTTPConnection(self._place)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
        connection.close()
        start = f"HTTP/1.1 {response.status} {response.reason}\r\nContent-Type: application/json\r\n"
        return [f"{start}Content-Length: {len(text)}\r\n\r\n".encode() + text]


def test_a_lab_that_goes_away_breaks_tests_and_fails_none(command: "Command", serving: Serving, serve: Serve) -> None:
    live = serving(impatient())
    adapter = Adapter(live, 60)
    adapter.server = serve(adapter)

    code, report, verdicts = run(command, live, lab_at(adapter.server))

    assert (code, report["verdict"]) == (3, "incomplete")
    assert verdicts["pass"] > 0
    assert verdicts["broken"] > 0
    assert set(verdicts) <= {"pass", "broken", "not claimed"}
    broken = {t["message"] for r in report["requirements"] for t in r["tests"] if t["verdict"] == "broken"}
    assert all("the lab" in message for message in broken), broken


def test_a_lab_that_is_not_there_breaks_tests_and_fails_none(
    command: "Command", serving: Serving, serve: Serve
) -> None:
    adapter = serve([])
    adapter.refuse()

    code, report, verdicts = run(command, serving(impatient()), lab_at(adapter))

    assert (code, report["verdict"]) == (3, "incomplete")
    assert set(verdicts) == {"broken"}
