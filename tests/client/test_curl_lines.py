"""The curl line of an exchange asks for the same thing, with the secrets in the shell's variables."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from keepcall import __version__
from keepcall.client.client import Client
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import EncodedRequest, Method, Place, Request, encode_request, keep

if TYPE_CHECKING:
    from tests.conftest import RawServer

OK = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
SECRETS = {"KEEPCALL_API_KEY": "k3y&<\"'%é+/= $`\\!", "KEEPCALL_TOKEN": "7b0f6f3c-8f1e-4f19-9d0c-1d5e4a3b2c1d"}
KEY, TOKEN = SECRETS.values()
ACCESS = keep(action="KeepCall", apiKey=KEY, token=TOKEN)

REQUESTS = {
    "a plain one": ACCESS.given(extension="8856", status="ongoing,next"),
    "hostile values": ACCESS.given(extension="a b&c=d#e'\"$HOME`id`\\;|<é>@/etc/passwd", status="!x %41"),
    "an at sign first": ACCESS.given(extension="@/etc/passwd", callID="<in"),
    "an empty value": ACCESS.given(callID=""),
    "a repeated name": ACCESS.given(extension="8856").adding("extension", "8857").adding("token", TOKEN),
    "reversed": ACCESS.given(extension="8856", status="ongoing").reverse(),
    "every character encoded": ACCESS.given(extension="88-56", status="ongoing").percent_encode(),
    "a secret within a value": ACCESS.given(token=f'a"{TOKEN}$b', extension=f"{KEY}{TOKEN}"),
    "hostile names": ACCESS.adding("$(id)&b=c @/etc/passwd", TOKEN)
    .adding("<in>[1-9]{a,b}", KEY)
    .adding("`id`@x", "1"),
    "an exclamation mark beside a secret": ACCESS.given(token=f"!!{TOKEN}!"),
    "no secrets": keep(action="KeepCall", extension="8856"),
    "nothing but the action": keep(action="KeepCall"),
    "nothing": keep(),
}
WAYS: dict[str, tuple[Place, Method]] = {
    "GET": ("form", "GET"),
    "POST as a form": ("form", "POST"),
    "POST in the query": ("query", "POST"),
    "POST mixed": ("mixed", "POST"),
}


def asked(request: bytes) -> Mapping[str, object]:
    """What a request says, without its spelling."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    method, target, _ = line.split(" ")
    path, _, query = target.partition("?")
    names = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return {
        "method": method,
        "path": path,
        "query": parse_qsl(query, keep_blank_values=True),
        "form": parse_qsl(body.decode(), keep_blank_values=True),
        "type": names.get("content-type"),
        "accept": names.get("accept"),
        "length": names.get("content-length") == str(len(body)) or method == "GET",
    }


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("mode", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_curl_line_repeats_the_request(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], request_: Request, mode: tuple[Place, Method]
) -> None:
    place, method = mode
    server = serve(OK)

    line = client_of(server, Redactor(SECRETS), place=place).send(request_.by(method), "a test").as_curl()
    environment = {**SECRETS, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["/bin/sh", "-c", line], env=environment, capture_output=True, timeout=20, check=False)

    assert done.returncode == 0, (line, done.stderr)
    ours, curls = server.requests
    assert asked(curls) == asked(ours)
    assert not any(secret in line for secret in SECRETS.values())


BROWSER = (
    f"-A 'Mozilla/5.0 (compatible; keepcall-conformance/{__version__})'"
    " -H 'Accept: text/html,application/xhtml+xml,*/*;q=0.8'"
)
LINES = {
    "GET": (
        ("form", keep(apiKey=KEY, extension="8 6").by("GET")),
        (
            f"curl -sS -i -G http://h/a {BROWSER}"
            ' --data-urlencode "apiKey=${KEEPCALL_API_KEY}" --data-raw extension=8%206'
        ),
    ),
    "POST as a form": (
        ("form", keep(token=f"`{TOKEN}").by("POST")),
        f'curl -sS -i http://h/a {BROWSER} --data-urlencode "token=\\`${{KEEPCALL_TOKEN}}"',
    ),
    "POST mixed": (
        ("mixed", keep(action="KeepCall", extension="1").by("POST")),
        f"curl -sS -i 'http://h/a?action=KeepCall' {BROWSER} --data-raw extension=1",
    ),
    "in a format": (
        ("form", keep(extension="1", responseType="TEXT").by("GET")),
        "curl -sS -i -G http://h/a --data-raw extension=1 --data-raw responseType=TEXT",
    ),
}


@pytest.mark.parametrize(("request_", "line"), LINES.values(), ids=LINES)
def test_a_curl_line_can_be_read(request_: tuple[Place, Request], line: str) -> None:
    place, asked_ = request_
    nothing = NoAnswer("lost", "")

    exchange = Exchange(
        asked_, encode_request(asked_, place), "http://h/a", nothing, place=place, redactor=Redactor(SECRETS)
    )

    assert exchange.as_curl() == line


OTHERS = {
    "HEAD": (EncodedRequest("HEAD", "a=1", ""), "curl -sS -i -I 'http://h/a?a=1'"),
    "DELETE": (EncodedRequest("DELETE", "", "", behind_path="/"), "curl -sS -i -X DELETE http://h/a/"),
    "PUT": (
        EncodedRequest("PUT", f"token={TOKEN}", "{}", "application/json"),
        "curl -sS -i -X PUT 'http://h/a?token=$KEEPCALL_TOKEN' -H 'Content-Type: application/json' --data-raw '{}'",
    ),
}


@pytest.mark.parametrize(("spelling", "line"), OTHERS.values(), ids=OTHERS)
def test_a_curl_line_tells_of_requests_that_are_spelled_in_their_own_way(spelling: EncodedRequest, line: str) -> None:
    exchange = Exchange(keep(), spelling, "http://h/a", NoAnswer("lost", ""), redactor=Redactor(SECRETS))

    assert exchange.as_curl() == line
