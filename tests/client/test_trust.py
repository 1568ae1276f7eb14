"""Whom TLS trusts, and what is said of a file that cannot be used: its name, and the name of what names it."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.client.client import Client
from keepcall.client.route import route_to
from keepcall.client.trust import trust_of
from keepcall.contract.exchange import Answer
from keepcall.contract.request import keep
from keepcall.errors import UsageError

if TYPE_CHECKING:
    from tests.conftest import RawServer

PEM = Path(__file__).parents[1] / "data" / "loopback.pem"
URL = "https://recorder.example/verba/api"
NAMES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the surroundings has a say."""
    for name in (*NAMES, "SSLKEYLOGFILE", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def certificate() -> bytes:
    """A certificate in DER."""
    text = PEM.read_text(encoding="ascii")
    start = text.index("-----BEGIN CERTIFICATE-----")
    end = text.index("-----END CERTIFICATE-----") + len("-----END CERTIFICATE-----")
    return ssl.PEM_cert_to_DER_cert(text[start:end])


BROKEN: dict[str, tuple[bytes | None, str]] = {
    "a missing file": (None, "No such file or directory"),
    "an empty file": (b"\n", "an empty file"),
    "DER": (certificate(), "DER, and not PEM"),
    "something else": (b"PK\x03\x04", "something else, and not PEM"),
    "a key alone": (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "no certificate in it"),
    "no certificate": (
        b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n",
        "no certificate in it that can be read",
    ),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["limits.ca_file", *NAMES[:3]])
def test_a_file_that_is_none_of_authorities_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, words: str, name: str
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    if name in NAMES:
        monkeypatch.setenv(name, str(file))

    with pytest.raises(UsageError) as caught:
        route_to(URL, "" if name in NAMES else str(file))

    assert caught.value.what.startswith(f"{name}: {file}: {words}")
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["limits.ca_file", *NAMES])
def test_a_folder_that_holds_no_authorities_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = tmp_path / "none" if name == "SSL_CERT_DIR" else tmp_path
    if name in NAMES:
        monkeypatch.setenv(name, str(place))

    with pytest.raises(UsageError, match=rf"^{name}: {place}: (a folder|no such folder)"):
        route_to(URL, "" if name in NAMES else str(place))


@pytest.mark.parametrize("url", [URL, "https://127.0.0.1/verba/api"])
def test_a_file_for_keys_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "none" / "keys"))

    with pytest.raises(UsageError, match=r"^SSLKEYLOGFILE: "):
        route_to(url, str(PEM))


def test_without_tls_none_of_it_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "SSLKEYLOGFILE"):
        monkeypatch.setenv(name, str(tmp_path / "none" / "there"))

    assert str(route_to("http://127.0.0.1:8080/verba/api", "")) == "directly, without TLS"


@pytest.mark.parametrize("names", [NAMES[:1], NAMES[1:], NAMES[2:]])
def test_the_variables_are_honoured_in_their_order(
    serve: "Callable[..., RawServer]",
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = serve([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"], tls=context)
    for name in names:
        monkeypatch.setenv(name, str(PEM if name == names[0] else PEM.parent))
    client = client_of(server)

    result = client.send(keep(action="KeepCall").by("GET"), "a test").result

    assert isinstance(result, Answer)
    assert result.body == b"ok"
    assert client.route.notes() == (f"TLS trusted what {names[0]} names (loopback.pem).",)


def test_the_file_of_the_profile_comes_first_and_an_empty_variable_is_none() -> None:
    environ = dict.fromkeys(NAMES, "/other.pem")

    assert trust_of("/ca.pem", environ).name == "limits.ca_file"
    assert [trust_of("", environ | dict.fromkeys(NAMES[:most], "")).name for most in range(5)] == [*NAMES, ""]


def test_a_folder_of_authorities_may_stand_for_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0a1b2c3d.0").write_bytes(PEM.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))

    assert route_to(URL, "").trust == trust_of("", {"REQUESTS_CA_BUNDLE": str(tmp_path)})


def test_a_system_without_authorities_is_told_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()._replace(capath=str(tmp_path))
    monkeypatch.setattr(ssl, "create_default_context", lambda: bare)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # another key of the cache

    with pytest.raises(UsageError, match="no certificate authorities to trust"):
        route_to(URL, "")
