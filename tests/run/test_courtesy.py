"""A run gets on with a target that limits its callers, and ends when the target has gone."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope

from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
Options = Callable[[RunningServer], tuple[str, ...]]
FEW = ("--only", "KC-SEL-07", "KC-AUTH-04", "KC-XML-06", "--examples", "1")


class Limited(KeepCallServer):
    """Lets through so many requests in a second of the clock, and asks for patience beyond it."""

    most = 60

    def __init__(self) -> None:
        super().__init__()
        self.served = Counter[int]()
        self.turned_away = 0

    async def api(self, scope: Scope, receive: Receive) -> Response:
        second = int(time.monotonic())
        if self.served[second] < self.most:
            self.served[second] += 1
            return await super().api(scope, receive)
        await self.reader.body(receive)
        self.turned_away += 1
        return PlainTextResponse("slow down", 429, {"retry-after": "1"})


def test_a_limit_of_requests_changes_no_verdict(command: "Command", serving: Serving, options: Options) -> None:
    server = Limited()

    done = command("run", *options(serving(server)), *FEW, "--output", "out")

    verdicts = Counter(t["verdict"] for r in command.report("out")["requirements"] for t in r["tests"])
    assert verdicts.keys() == {"pass"}, done.stdout
    assert server.turned_away > 0
    assert sum(server.served.values()) + server.turned_away == command.report("out")["requests"]["sent"]


def test_a_target_that_has_gone_is_asked_no_more(
    command: "Command", serve: "Callable[..., RawServer]", serving: Serving
) -> None:
    server = serving(KeepCallServer())
    own = server.settings
    relayed = relay_to(server.url)
    requests = 0

    def answer(request: bytes) -> Iterator[bytes]:
        nonlocal requests
        requests += 1
        if requests == 80:
            threading.Thread(target=front.__exit__).start()
        yield relayed(request)

    front = serve(answer)
    lab = ("--lab", server.lab_url)

    done = command(
        "run", "--url", front.url, "--api-key", own.api_key, "--token", own.token, *lab, *FEW, "--output", "out"
    )

    report = command.report("out")
    assert (done.returncode, report["verdict"]) == (3, "incomplete")
    verdicts = Counter(t["verdict"] for r in report["requirements"] for t in r["tests"])
    assert verdicts.keys() == {"pass", "inconclusive"}
    assert "not asked any more" in " ".join(done.stdout.split())
    assert report["requests"]["sent"] < 100
    assert server.server.store._select("1 = 1") == []


def relay_to(url: str) -> Callable[[bytes], bytes]:
    """Hands a request on, and its answer back."""
    host, port = url.removeprefix("http://").partition("/")[0].split(":")

    def relay(request: bytes) -> bytes:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b""
            while data := connection.recv(65_536):
                answer += data
        return answer

    return relay
