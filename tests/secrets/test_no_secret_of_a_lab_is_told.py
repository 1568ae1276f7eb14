"""What a lab says, or a proxy, or a header field, is masked like what the target says; and only then is it cut."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from keepcall.cli import main
from keepcall.cli.commands import check
from keepcall.client.client import Client, ClientSettings
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.outcomes import NotTested
from keepcall.contract.outlet import Outlet
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import encode_request, keep
from keepcall.contract.target import Credentials, LabSettings, Secret, Target
from keepcall.errors import LabError
from keepcall.lab.resident_program import program_of
from keepcall.report.exchanges import told
from keepcall.run.config import profile
from keepcall.run.dry_run import DryRun, Traffic
from keepcall.run.identity import identity_of
from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.secrets.conftest import Secrets, Written

CALL = ("callID", "callingParty", "calledParty", "state", "startTime", "recording")
HIDDEN = "Zq7uarry-and-more-of-it-v7ExiNg"
TARGET = Target("a recorder", "http://recorder.example/verba/api", Credentials(Secret(HIDDEN)))


def said(status: bytes, body: bytes) -> "Script":
    return [b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)]


@pytest.fixture
def everything(secrets: "Secrets") -> str:
    """All secrets of a profile without a password."""
    return " ".join(text for name, text in secrets.texts.items() if name != "password")


@pytest.fixture
def gossip(serve: "Callable[..., RawServer]", everything: str) -> "RawServer":
    """A lab that tells all secrets: in its health, in errors, cut off in the middle, in calls and status lines."""
    first = everything.partition(" ")[0]
    failures = cycle(
        [
            said(b"500 No", b"y" * (199 - len(first) // 2) + everything.encode()),
            said(b"500 No", json.dumps({"why": everything}).encode()),
            said(b"201 Created", json.dumps(dict.fromkeys(CALL, everything)).encode()),
            [b"HTTP/1.1 " + quote(everything).encode() + b"\r\nConnection: close\r\n\r\n"],
        ]
    )

    def answer(request: bytes) -> "Script":
        if b"/health " in request:
            return said(b"200 OK", json.dumps({"implementation": everything, "version": everything}).encode())
        return next(failures)

    return serve(answer, keeps_alive=False)


def test_a_run_writes_no_secret_that_its_lab_tells(
    run: "Callable[..., Written]", keeper: RunningServer, gossip: "RawServer"
) -> None:
    written = run(keeper.url, "--only", "KC-AUTH-07", lab=gossip.url)

    assert written.leaks() == []
    report = json.loads(written.files["out/report.json"])
    assert "lab: $KEEPCALL_API_KEY $KEEPCALL_TOKEN" in report["target"]["says"][-1]
    told_of_it = [test["message"] for each in report["requirements"] for test in each["tests"]]
    assert [each for each in told_of_it if each and "$KEEPCALL_" not in each] == []
    assert any(told_of_it)


def test_plain_pytest_tells_no_secret_that_the_lab_tells(
    run: "Callable[..., Written]", keeper: RunningServer, gossip: "RawServer"
) -> None:
    options = ("--only=KC-AUTH-07", "-p", "allure_pytest.plugin", "--alluredir=allure")

    written = run(keeper.url, *options, lab=gossip.url, plain=True)

    assert written.leaks() == []
    assert "$KEEPCALL_" in written.text("stdout")
    assert "$KEEPCALL_" in written.text("allure")


def test_a_check_tells_no_secret_that_the_lab_tells(
    keeper: RunningServer,
    gossip: "RawServer",
    secrets: "Secrets",
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(check, "dry_run", lambda *_, **__: DryRun(Traffic(), (), ()))
    access = ["--api-key", secrets.texts["api_key"], "--token", secrets.texts["token"]]

    code = main.main(["check", "--url", keeper.url, *access, "--lab", gossip.url])

    out, err = capfdbinary.readouterr()
    known = replace(secrets, halves={name: secrets.halves[name] for name in ("api_key", "token")})
    assert code == 0
    assert list(known.found_in(out + err)) == []
    assert b"lab          good     $KEEPCALL_API_KEY $KEEPCALL_TOKEN" in out


ANSWERS = {
    "fails": 'print(json.dumps({"failed": everything}))',
    "cannot": 'print(json.dumps({"cannot": everything}))',
    "no JSON": "print(everything)",
    "no answer": 'print(json.dumps({"call": {"callID": everything}}))',
    "no answer that is cut": 'print(json.dumps({"call": {"callID": "y" * 190 + everything}}))',
    "ends": "sys.exit(everything)",
    "ends after much": 'sys.exit(everything * 20 + " " * 3000 + "the end")',
}


@pytest.mark.parametrize("stays", [False, True], ids=["once", "stays"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_secret_is_told_that_the_program_of_a_lab_tells(
    secrets: "Secrets", everything: str, tmp_path: Path, answer: str, stays: bool
) -> None:
    text = (
        f"import json, sys\neverything = {everything!r}\nfor line in sys.stdin:\n    {answer}\n    sys.stdout.flush()"
    )
    (tmp_path / "lab.py").write_text(text, encoding="utf-8")
    redactor = Redactor({f"KEEPCALL_{name.upper()}": secret for name, secret in secrets.texts.items()})
    command = (sys.executable, "-I", "lab.py")
    program = program_of(LabSettings("command", command=command, folder=tmp_path, stays=stays), Outlet(redactor))

    with pytest.raises((LabError, NotTested)) as caught:
        program.ask({"action": "offer"})
    program.close()

    assert list(secrets.found_in(str(caught.value).encode())) == []
    assert "$KEEPCALL_" in str(caught.value)


def test_the_end_of_what_a_program_said_is_cut_off_after_it_was_masked() -> None:
    outlet = Outlet(Redactor({"KEEPCALL_TOKEN": HIDDEN}))

    shown = outlet.ending(f"{HIDDEN * 20} {' ' * 3_000} the end", 800)

    assert shown.endswith("the end")
    assert "ExiNg" not in shown


SHOWS_ITS_ENVIRONMENT = 'import json, os; print(json.dumps({"failed": " ".join(sorted(os.environ))}))'
VARIABLES = {"KEEPCALL_API_KEY": "a-secret", "KEEPCALL_DEBUG": "", "RECORDER_TOKEN": "another", "SIP_LINE": "7"}


def given(folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> set[str]:
    """The variables of those above that the program of a lab gets."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    (folder / "lab.py").write_text(SHOWS_ITS_ENVIRONMENT, encoding="utf-8")
    (folder / "target.toml").write_text(
        f"""
        url = "http://127.0.0.1:9/verba/api"
        [credentials]
        api_key = {{ env = "KEEPCALL_API_KEY" }}
        token = {{ env = "RECORDER_TOKEN" }}
        [lab]
        kind = "command"
        command = {json.dumps([sys.executable, "-I", "lab.py"])}
        {more}
        """,
        encoding="utf-8",
    )
    target = profile.load(folder / "target.toml", os.environ)
    with pytest.raises(LabError) as caught:
        program_of(target.lab).ask({"action": "offer"})
    return {name for name in VARIABLES if name in caught.value.what}


def test_the_program_of_a_lab_inherits_no_secret_of_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert given(tmp_path, monkeypatch) == {"SIP_LINE"}


def test_the_program_of_a_lab_gets_what_the_profile_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got = given(tmp_path, monkeypatch, 'environment = ["RECORDER_TOKEN", "KEEPCALL_DEBUG"]')

    assert got == {"SIP_LINE", "RECORDER_TOKEN", "KEEPCALL_DEBUG"}


@pytest.mark.parametrize("length", [170, 180, 190, 194])
def test_a_server_field_is_cut_after_it_was_masked(length: int) -> None:
    asked = keep(callID="1")
    exchange = Exchange(
        asked,
        encode_request(asked, "form"),
        TARGET.url,
        Answer(200, "OK", (("Server", "x" * length + HIDDEN),), b""),
        redactor=Redactor({"KEEPCALL_TOKEN": HIDDEN}),
    )

    assert "Zq7uar" not in told("1", exchange).server


def test_what_a_lab_says_of_itself_is_cut_after_it_was_masked(serve: "Callable[..., RawServer]") -> None:
    for length in range(170, 200):
        told_of_itself = json.dumps({"implementation": "x" * length + HIDDEN}).encode()
        lab = serve(said(b"200 OK", told_of_itself))
        target = Target(TARGET.name, "http://127.0.0.1:1/", TARGET.credentials, lab=LabSettings("http", lab.url))

        assert "Zq7uar" not in str(identity_of(target, []))


@pytest.mark.parametrize("credentials", ["{secret}@", "{secret}:@", "somebody:{secret}@", ":{secret}@"])
def test_no_credentials_of_a_proxy_are_told(
    serve: "Callable[..., RawServer]", monkeypatch: pytest.MonkeyPatch, secrets_of: "Callable[[str], Secrets]",
    credentials: str,
) -> None:  # fmt: skip
    proxy = serve(lambda request: said(b"407 Who", request + b"\r\nThere is no user " + HIDDEN.encode()))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://{credentials.format(secret=HIDDEN)}127.0.0.1:{proxy.port}")

    with closing(Client(ClientSettings(TARGET.url, timeout=5.0), Redactor({}))) as client:
        answer = client.send(keep(callID="1"), "a test").answer_text()

    assert len(proxy.requests) == 1
    assert "407" in answer
    assert list(secrets_of(HIDDEN).found_in(answer.encode())) == []
