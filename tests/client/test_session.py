"""What a session must not keep, and how it treats connections that have grown old."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.client.client import Client
from keepcall.contract.exchange import NoAnswer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import keep

if TYPE_CHECKING:
    from tests.conftest import RawServer

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ASKED = keep(action="KeepCall").by("GET")


def test_a_connection_is_used_again(serve: "Callable[..., RawServer]", client_of: Callable[..., Client]) -> None:
    server = serve([OK])
    client = client_of(server)

    for _ in range(5):
        assert client.send(ASKED, "a test").answer.body == b"ok"

    assert (server.connections, len(server.requests), client.sent) == (1, 5, 5)


def test_cookies_are_kept_for_one_exchange_at_most_and_never_many(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    cookies = b"".join(b"Set-Cookie: JSESSIONID%d=1; Path=/\r\n" % number for number in range(3_000))
    server = serve([b"HTTP/1.1 302 Go\r\nLocation: /x\r\nContent-Length: 0\r\n" + cookies + b"\r\n"])
    client = client_of(server)

    answer = client.send(ASKED, "a test").answer
    client.send(ASKED, "a test")

    assert [name for name, _ in answer.headers][2:] == ["Set-Cookie"] * 198
    given = [request.count(b"JSESSIONID") for request in server.requests]
    assert given == [0, 50, 50, 50, 50, 50] * 2


def test_neither_netrc_nor_environment_give_credentials(
    serve: "Callable[..., RawServer]",
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("machine 127.0.0.1 login me password secret\ndefault login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing"))
    server = serve([OK])

    client_of(server).send(ASKED, "a test")

    assert b"authorization" not in server.requests[0].lower()


def test_a_dead_connection_is_replaced_once(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    scripts = iter([[OK], [], [OK], [], []])
    server = serve(lambda _: next(scripts), keeps_alive=False)
    server.keeps_alive_for(1)
    client = client_of(server)

    first, second = (client.send(ASKED, "a test") for _ in range(2))

    assert first.answer.body == second.answer.body == b"ok"
    assert (server.connections, len(server.requests)) == (2, 3)


def test_a_new_connection_that_dies_is_not_replaced(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve([], keeps_alive=False)

    result = client_of(server).send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert (result.trouble, server.connections) == ("lost", 1)


@pytest.mark.parametrize("said", [b"H", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"])
def test_an_old_connection_that_has_said_anything_is_not_replaced(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], said: bytes
) -> None:
    scripts = iter([[OK], [said], [OK]])
    server = serve(lambda _: next(scripts), keeps_alive=False)
    server.keeps_alive_for(1)
    client = client_of(server)
    client.send(ASKED, "a test")

    result = client.send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert (result.trouble, len(server.requests)) == ("lost", 2)


def test_a_time_out_on_an_old_connection_is_not_tried_again(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    scripts = iter([[OK], [60.0], [OK]])
    server = serve(lambda _: next(scripts))
    client = client_of(server, timeout=0.5)
    client.send(ASKED, "a test")

    result = client.send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert (result.trouble, len(server.requests)) == ("timeout", 2)


def test_a_proxy_of_the_environment_is_used_and_its_password_is_masked(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve([OK])
    monkeypatch.setenv("http_proxy", f"http://user:pr0xy%26pass@127.0.0.1:{proxy.port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    exchange = client_of("http://recorder.example/verba/%7eapi", Redactor({})).send(ASKED, "a test")

    code = base64.b64encode(b"user:pr0xy&pass").decode()
    assert exchange.answer.body == b"ok"
    assert proxy.targets() == ["GET http://recorder.example/verba/%7eapi?action=KeepCall"]
    assert f"Proxy-Authorization: Basic {code}".encode() in proxy.requests[0]
    assert code not in exchange.request_text()
