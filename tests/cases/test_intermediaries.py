"""What answers in place of a target is told as such, by a check, before a run and where a token is asked for."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.client.tokens import TokenSource
from keepcall.contract.redaction import Redactor
from keepcall.contract.target import Credentials, RequestToken, Secret, Target
from keepcall.errors import UsageError
from keepcall.run.harness import harness
from keepcall.run.preflight import look
from keepcall.run.reference import embedded_target

if TYPE_CHECKING:
    from tests.conftest import RawServer

PEM = Path(__file__).parents[1] / "data" / "loopback.pem"
URL = "http://recorder.invalid/verba/api"

BETWEEN = {
    "a proxy that wants a login": ("407 No\r\n", "a user and a password, or others: put them into http_proxy"),
    "a gateway before nobody": ("502 No\r\n", "it is not available now"),
    "a server that is down": ("503 No\r\n", "it is not available now"),
    "a gateway that waits in vain": ("504 No\r\n", "it is not available now"),
    "another origin": ("302 Go\r\nLocation: https://recorder.invalid/verba/api?x=1\r\n", "another origin"),
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the surroundings has a say."""
    for name in ("no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def target() -> Iterator[Target]:
    """One with a lab, that is not on this machine."""
    with embedded_target() as embedded:
        yield replace(embedded, url=URL)


@pytest.mark.parametrize(("head", "words"), BETWEEN.values(), ids=BETWEEN)
def test_what_answers_in_place_of_the_target_is_no_word_on_the_credentials(
    serve: "Callable[..., RawServer]", target: Target, monkeypatch: pytest.MonkeyPatch, head: str, words: str
) -> None:
    page = f"HTTP/1.1 {head}Content-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>No</p>".encode()
    monkeypatch.setenv("http_proxy", f"http://clerk:hush@127.0.0.1:{serve([page]).port}")
    asking = replace(target, credentials=Credentials(Secret("k"), request_token=RequestToken("u", Secret("p"))))

    found = list(look(target))
    with harness(target) as ready:
        obstacle = ready.obstacle
    with pytest.raises(UsageError) as caught:
        TokenSource(asking, Redactor({})).current()

    assert [(each.about, each.state) for each in found] == [("way", "good"), ("target", "bad")]
    for told in (found[-1].message, obstacle, str(caught.value)):
        assert words in told
        assert "credentials" not in told
        assert "hush" not in told


def test_a_redirect_to_another_origin_is_named_without_its_query(
    serve: "Callable[..., RawServer]", target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = b"HTTP/1.1 302 Go\r\nLocation: http://recorder.invalid:8081/api?token=x\r\nContent-Length: 0\r\n\r\n"
    proxy = serve([head])
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")

    with harness(target) as ready:
        obstacle = ready.obstacle

    assert obstacle == (
        f"{URL} redirects to http://recorder.invalid:8081/api, another origin, which gets no key; "
        "if the API is there, give that as `url`"
    )
    assert not [each for each in proxy.targets() if ":8081" in each]


def test_a_check_says_how_the_target_is_reached(
    serve: "Callable[..., RawServer]", target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = serve([], tls=context, keeps_alive=False)
    monkeypatch.setenv("http_proxy", f"http://clerk:hush@127.0.0.1:{server.port}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(PEM))

    proxied, secured = (next(look(replace(target, url=url))) for url in (URL, server.url))

    assert proxied.message == f"through the proxy http://127.0.0.1:{server.port} (http_proxy), without TLS"
    assert secured.message == "directly; TLS trusts what REQUESTS_CA_BUNDLE names (loopback.pem)"
