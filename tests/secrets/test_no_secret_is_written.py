"""Whatever comes of a run, no byte that it writes holds a secret, in any spelling."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.secrets.conftest import Secrets, Written

FEW = ("--only", "KC-SEL-01", "KC-AUTH-05", "KC-AUTH-06", "KC-AUTH-07", "KC-XML-07")


def test_a_run_that_passes_writes_no_secret(run: "Callable[..., Written]", keeper: RunningServer) -> None:
    written = run(keeper.url, *FEW)

    assert written.leaks() == []
    assert '"verdict": "pass"' in written.text("report.json")
    assert "${KEEPCALL_API_KEY}" in written.text("allure")


@pytest.mark.parametrize(("where", "verdict"), [("head", "pass"), ("XML", "fail"), ("text", "fail")])
def test_a_run_on_a_server_that_repeats_everything_writes_no_secret(
    run: "Callable[..., Written]",
    serve: "Callable[..., RawServer]",
    echo: "Callable[[str], Callable[[bytes], Script]]",
    where: str,
    verdict: str,
) -> None:
    written = run(serve(echo(where)).url, *FEW)

    assert written.leaks() == []
    assert f'"verdict": "{verdict}"' in written.text("report.json")
    assert "$KEEPCALL_OTHER_TOKEN" in written.text("allure")


@pytest.mark.parametrize("where", ["XML", "text"])
def test_plain_pytest_tells_no_secret_however_much_it_is_asked_to_tell(
    run: "Callable[..., Written]",
    serve: "Callable[..., RawServer]",
    echo: "Callable[[str], Callable[[bytes], Script]]",
    where: str,
) -> None:
    only = [f"--only={requirement}" for requirement in FEW[1:]]

    written = run(serve(echo(where)).url, *only, "--log-level=DEBUG", plain=True)

    assert written.leaks() == []
    assert "FAILED" in written.text("stdout")


def redirecting(request: bytes) -> "Script":
    """Repeats the request in an address, which is followed, and does so again."""
    asked = b"/verba/api?again=" + request.replace(b"\r\n", b"%0D%0A").replace(b" ", b"%20")[:9_000]
    return [b"HTTP/1.1 307 %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (asked, asked)]


UNANSWERED: dict[str, "Callable[[bytes], Script]"] = {
    "a redirect that repeats": redirecting,
    "a refusal of everything that repeats": lambda request: [b"HTTP/1.1 403 No\r\n\r\n", request],
    "an echo": lambda request: [request],
}


@pytest.mark.parametrize("answer", UNANSWERED.values(), ids=UNANSWERED)
def test_a_run_without_an_answer_writes_no_secret(
    run: "Callable[..., Written]", serve: "Callable[..., RawServer]", answer: "Callable[[bytes], Script]"
) -> None:
    written = run(serve(answer, keeps_alive=False).url, "--only", "KC-AUTH-07")

    assert written.leaks() == []
    assert written.code == 3
    assert '"verdict": "inconclusive"' in written.text("report.json")


def test_a_run_on_nobody_writes_no_secret(run: "Callable[..., Written]", serve: "Callable[..., RawServer]") -> None:
    server = serve([])
    server.__exit__()

    written = run(server.url.replace("http", "https"), "--only", "KC-AUTH-07")

    assert written.leaks() == []
    assert "no answer (unreachable)" in written.text("stdout")


def test_a_run_with_a_lab_that_fails_writes_no_secret(
    run: "Callable[..., Written]", serve: "Callable[..., RawServer]", keeper: RunningServer
) -> None:
    lab = serve(lambda request: [b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n%s" % (len(request), request)])

    written = run(keeper.url, "--only", "KC-AUTH-07", lab=lab.url)

    assert written.leaks() == []
    assert '"verdict": "broken"' in written.text("report.json")


@pytest.mark.parametrize("send", ["basic", "parameters"])
def test_a_run_that_asks_for_its_token_writes_neither_password_nor_token(
    run: "Callable[..., Written]",
    serve: "Callable[..., RawServer]",
    relay: Callable[[bytes], bytes],
    secrets_of: "Callable[[str], Secrets]",
    send: str,
) -> None:
    given: set[str] = set()

    def answer(request: bytes) -> "Script":
        right = relay(request)
        given.update(re.findall(r' token="([^"]+)"', right.decode()))
        return [right.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 " + request.splitlines()[0])]

    written = run(serve(answer, keeps_alive=False).url, "--only", "KC-SEL-01", login=send)

    assert written.leaks() == []
    (token,) = given
    assert written.leaks(secrets_of(token)) == []
    assert '"verdict": "pass"' in written.text("report.json")


def test_a_run_that_gets_no_token_writes_no_secret(
    run: "Callable[..., Written]", serve: "Callable[..., RawServer]"
) -> None:
    server = serve(lambda request: [b"HTTP/1.1 403 No\r\n\r\n", request], keeps_alive=False)

    written = run(server.url, "--only", "KC-AUTH-07", login="parameters")

    assert written.leaks() == []
    assert written.code in {2, 3}
    assert "answered RequestToken with status 403 and no token" in written.text("std|report")
