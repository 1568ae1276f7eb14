"""The lab control protocol over HTTP: what is no answer of a lab is told with its address, never taken for one."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from keepcall.errors import LabError
from keepcall.lab.control import ControlLab

if TYPE_CHECKING:
    from tests.conftest import RawServer

HEALTH = b'{"implementation": "x"}'


def answer(status: bytes, length: bytes) -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n\r\n" + HEALTH


def test_a_lab_says_what_it_is(serve: "Callable[..., RawServer]") -> None:
    with closing(ControlLab(serve([answer(b"200 OK", b"%d" % len(HEALTH))]).url)) as lab:
        assert lab.health() == {"implementation": "x"}


@pytest.mark.parametrize(("status", "length"), [(b"2_00 OK", b"23"), (b"200 OK", b"-5")])
def test_what_is_no_http_is_no_answer_of_a_lab(
    serve: "Callable[..., RawServer]", status: bytes, length: bytes
) -> None:
    server = serve([answer(status, length)])

    with pytest.raises(LabError, match=f"the lab at {server.url} did not answer GET /health"):
        ControlLab(server.url).health()
