import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.arrivals import Arrivals
from keepcall.server.call import Call, Recording

GUID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
TIMEOUT = 10


def keep(running: RunningServer, **parameters: str) -> dict[str, str]:
    return {"action": "KeepCall", "apiKey": running.settings.api_key, "token": running.settings.token, **parameters}


def lab(running: RunningServer, method: str, path: str, **options: Any) -> requests.Response:
    return requests.request(method, running.lab_url + path, timeout=TIMEOUT, **options)


def place(running: RunningServer, number: str) -> str:
    response = lab(running, "POST", "/calls", json={"callingParty": number, "calledParty": "2001"})
    assert response.status_code == 201
    call_id = response.json()["callID"]
    assert isinstance(call_id, str)
    return call_id


def is_kept(running: RunningServer, call_id: str) -> bool:
    kept = lab(running, "GET", f"/calls/{call_id}").json()["kept"]
    assert isinstance(kept, bool)
    return kept


@pytest.mark.parametrize(
    ("method", "place_of_parameters"),
    [("GET", "params"), ("POST", "params"), ("POST", "data")],
    ids=["GET", "POST with a query", "POST with a form"],
)
def test_a_call_is_kept(running: RunningServer, method: str, place_of_parameters: str) -> None:
    number = f"{method}-{place_of_parameters}"
    call_id = place(running, number)
    parameters = keep(running, extension=number, status="ongoing", responseType="TEXT")

    options: dict[str, Any] = {place_of_parameters: parameters}
    response = requests.request(method, running.url, timeout=TIMEOUT, **options)

    assert (response.status_code, response.text) == (200, "The call has been marked for recording.")
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert "Server" not in response.headers
    assert is_kept(running, call_id)


def test_a_token_is_requested_with_http_basic_and_used(running: RunningServer) -> None:
    settings = running.settings
    query = {"action": "RequestToken", "apiKey": settings.api_key, "responseType": "TEXT"}

    issued = requests.get(running.url, query, auth=(settings.user, settings.password), timeout=TIMEOUT)
    call_id = place(running, "token")
    response = requests.get(running.url, keep(running, callID=call_id, token=issued.text), timeout=TIMEOUT)

    assert list(issued.cookies.keys()) == ["JSESSIONID"]
    assert 'code="0"' in response.text


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("PUT", "/verba/api", 405, "GET, POST"),
        ("DELETE", "/verba/api", 405, "GET, POST"),
        ("HEAD", "/verba/api", 405, "GET, POST"),
        ("GET", "/verba/api/", 404, None),
        ("GET", "/", 404, None),
        ("GET", "/lab", 404, None),
        ("GET", "/lab/calls", 405, "POST"),
        ("PUT", "/lab/calls/x", 405, "GET, DELETE"),
        ("POST", "/lab/health", 405, "GET"),
    ],
)
def test_other_methods_and_paths_are_turned_down(
    running: RunningServer, method: str, path: str, status: int, allow: str | None
) -> None:
    base = running.url.removesuffix("/verba/api")

    response = requests.request(method, base + path, timeout=TIMEOUT)

    assert (response.status_code, response.headers.get("Allow")) == (status, allow)


def test_the_lab_says_what_it_is(running: RunningServer) -> None:
    health = lab(running, "GET", "/health").json()

    assert health["implementation"] == "KeepCall reference server"
    assert sorted(health) == ["implementation", "version"]


def test_a_call_goes_through_the_lab_and_back(running: RunningServer) -> None:
    call = {
        "callID": GUID,
        "callingParty": "1",
        "calledParty": "2",
        "state": "finished",
        "startTime": "2026-11-23T09:00:00.000Z",
        "endTime": "2026-11-23T09:00:01.000Z",
        "recording": "controlled",
        "kept": False,
        "recordingActive": True,
    }

    posted = lab(running, "POST", "/calls", json=call)
    assert (posted.status_code, posted.json()) == (201, call)
    assert lab(running, "GET", f"/calls/{GUID.upper()}").json() == call
    for _ in range(2):
        deleted = lab(running, "DELETE", f"/calls/{GUID}")
        assert (deleted.status_code, deleted.content) == (204, b"")
    gone = lab(running, "GET", f"/calls/{GUID}")
    assert (gone.status_code, gone.json()) == (404, {"error": "there is no such call"})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"{", "the body is not JSON", id="cut short"),
        pytest.param(b"", "the body is not JSON", id="empty"),
        pytest.param(b"\xff", "the body is not JSON", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "the body is not JSON", id="too deep"),
        pytest.param(b"null", "a call is a JSON object", id="null"),
        pytest.param(b'{"callingParty": "1"}', "calledParty is a text", id="a party missing"),
        pytest.param(b'{"callingParty": "1", "calledParty": "\\ud800"}', "surrogate", id="half a surrogate pair"),
    ],
)
def test_the_lab_says_what_is_wrong_with_a_call(running: RunningServer, body: bytes, message: str) -> None:
    response = lab(running, "POST", "/calls", data=body)

    assert response.status_code == 400
    assert message in response.json()["error"]


@pytest.mark.parametrize(
    "request_line",
    [
        pytest.param(b"GET /verba/api?extension=" + b"8" * 8000 + b" HTTP/1.1", id="overlong"),
        pytest.param(b"GET /verba/api?%00=%00&action=%00 HTTP/1.1", id="NUL"),
        pytest.param(b"GET /verba/api??&&==%%% HTTP/1.1", id="nonsense"),
    ],
)
def test_any_query_is_answered_in_xml(running: RunningServer, request_line: bytes) -> None:
    connection = http.client.HTTPConnection(running.url.split("/")[2], timeout=TIMEOUT)
    connection.connect()
    connection.sock.sendall(request_line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    response = connection.sock.makefile("rb").read()
    connection.close()

    assert response.startswith(b"HTTP/1.1 200")
    assert b'<Response code="6" type="KeepCall">' in response


def test_a_body_that_is_too_large_is_turned_down(running: RunningServer) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    response = requests.post(running.url, data=b"x" * 2**21, headers=form, timeout=TIMEOUT)

    assert response.status_code == 413


def test_many_requests_at_once_each_get_their_own_answer_and_effect(running: RunningServer) -> None:
    numbers = [f"many-{index}" for index in range(40)]
    call_ids = {number: place(running, number) for number in numbers[::2]}

    def ask(number: str) -> str:
        return requests.get(
            running.url, keep(running, extension=number, status="ongoing", responseType="TEXT"), timeout=TIMEOUT
        ).text

    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(numbers, pool.map(ask, numbers), strict=True))

    assert {number for number, text in answers.items() if "has been marked" in text} == set(call_ids)
    assert all(is_kept(running, call_id) for call_id in call_ids.values())


class AnnouncedArrivals(Arrivals):
    """Says when a request waits."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.waiting = threading.Event()

    async def first(self, number: str, recording: Recording, since: int) -> Call | None:
        self.waiting.set()
        return await super().first(number, recording, since)


class AnnouncingServer(KeepCallServer):
    arrivals_class = AnnouncedArrivals


def test_a_request_that_waits_holds_up_no_other_and_no_shut_down() -> None:
    server = AnnouncingServer()
    assert isinstance(server.arrivals, AnnouncedArrivals)
    with ThreadPoolExecutor(1) as pool:
        with RunningServer(server) as running:
            query = keep(running, extension="1", status="next", responseType="TEXT")
            waiting = pool.submit(requests.get, running.url, query, timeout=TIMEOUT)
            assert server.arrivals.waiting.wait(TIMEOUT)
            call_id = place(running, "2")
            assert not is_kept(running, call_id)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 3

        assert waiting.result().text == "Unable to keep the call, because the call cannot be found."


def test_a_call_of_the_lab_ends_the_waiting() -> None:
    server = AnnouncingServer()
    assert isinstance(server.arrivals, AnnouncedArrivals)
    with RunningServer(server) as running, ThreadPoolExecutor(1) as pool:
        query = keep(running, extension="1", status="next", responseType="TEXT")
        waiting = pool.submit(requests.get, running.url, query, timeout=TIMEOUT)
        assert server.arrivals.waiting.wait(TIMEOUT)
        call_id = place(running, "1")

        assert waiting.result().text == "The call has been marked for recording."
        assert is_kept(running, call_id)


def test_a_server_that_is_not_started_can_be_stopped() -> None:
    RunningServer().stop()


def test_the_port_is_free_again_after_the_end() -> None:
    with RunningServer() as running:
        address = running.url.split("/")[2].split(":")

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address[0], int(address[1])), timeout=1)
