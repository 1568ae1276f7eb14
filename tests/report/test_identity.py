"""What a target says of itself."""

import hashlib
import shutil
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Credentials, LabSettings, Secret, Target
from keepcall.run.identity import identity_of
from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer

OPENSSL = shutil.which("openssl")


def target(url: str, lab: str = "") -> Target:
    settings = LabSettings("http", lab) if lab else LabSettings()
    return Target("a recorder", url, Credentials(Secret("the-key")), lab=settings)


def test_what_its_answers_say_is_told_once_in_order() -> None:
    found = identity_of(target("http://127.0.0.1:1/"), ["Server: b", "", "Server: a", "Server: b"])

    assert (found.address, found.says, found.certificate) == ("http://127.0.0.1:1/", ("Server: a", "Server: b"), "")


def test_a_server_with_many_names_has_a_bounded_identity() -> None:
    assert len(identity_of(target("http://127.0.0.1:1/"), (f"Server: {n}" for n in range(1_000))).says) < 10


def test_its_lab_says_what_it_is() -> None:
    with RunningServer() as server:
        assert identity_of(target(server.url, server.lab_url), []).says == ("lab: KeepCall reference server 0.1.0",)


def test_a_lab_that_has_gone_says_nothing() -> None:
    with RunningServer() as server:
        url, lab = server.url, server.lab_url

    assert identity_of(target(url, lab), ["Server: a"]).says == ("Server: a",)


def test_an_embedded_server_is_the_same_on_any_port() -> None:
    assert identity_of(target("http://127.0.0.1:1/"), [], embedded=True) == identity_of(
        target("http://127.0.0.1:2/"), [], embedded=True
    )


@pytest.mark.skipif(not OPENSSL, reason="needs openssl: apt-get install openssl")
def test_a_tls_target_is_known_by_its_certificate(serve: "Callable[..., RawServer]", tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
    ]
    command = [str(OPENSSL), *words, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    found = identity_of(target(serve([b""], tls=context).url), [])

    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    assert found.certificate == f"sha256:{hashlib.sha256(der).hexdigest()}"


def test_a_target_that_is_not_there_has_no_certificate() -> None:
    assert identity_of(target("https://127.0.0.1:1/"), []).certificate == ""
