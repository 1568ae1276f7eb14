"""The lab control protocol over HTTP: what is no answer of a lab is told with its address, never taken for one."""

import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Credentials, LabSettings, Limits, Secret, Target
from keepcall.errors import LabError
from keepcall.lab.http_lab import HttpLab
from keepcall.run.harness import lab_of
from keepcall.run.preflight import at_lab

if TYPE_CHECKING:
    from tests.conftest import RawServer

PEM = Path(__file__).parents[1] / "data" / "loopback.pem"
HEALTH = b'{"implementation": "x"}'


def answer(status: bytes, length: bytes) -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n\r\n" + HEALTH


def test_a_lab_says_what_it_is(serve: "Callable[..., RawServer]") -> None:
    with closing(HttpLab(serve([answer(b"200 OK", b"%d" % len(HEALTH))]).url)) as lab:
        assert lab.health() == {"implementation": "x"}


@pytest.mark.parametrize(("status", "length"), [(b"2_00 OK", b"23"), (b"200 OK", b"-5")])
def test_what_is_no_http_is_no_answer_of_a_lab(
    serve: "Callable[..., RawServer]", status: bytes, length: bytes
) -> None:
    server = serve([answer(status, length)])

    with pytest.raises(LabError, match=f"the lab at {server.url} did not answer GET /health"):
        HttpLab(server.url).health()


@pytest.mark.parametrize("ca_file", ["", str(PEM)])
def test_the_certificate_of_a_lab_is_verified_by_the_ca_file_of_the_profile(
    serve: "Callable[..., RawServer]", ca_file: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    url = serve([answer(b"200 OK", b"%d" % len(HEALTH))], tls=context).url
    target = Target(
        "x", url, Credentials(Secret("k")), lab=LabSettings("http", url=url), limits=Limits(ca_file=ca_file)
    )

    finding, _ = at_lab(target)
    with closing(lab_of(target)) as lab:
        assert isinstance(lab, HttpLab)
        if ca_file:
            assert lab.health() == {"implementation": "x"}
        else:
            with pytest.raises(LabError, match="certificate verify failed"):
                lab.health()

    assert finding.state == ("good" if ca_file else "bad")
