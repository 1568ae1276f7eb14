"""The way to a target: what is wrong with it on our side, who answers in its place, and nobody at all."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.resources import path
from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
Serve = Callable[..., "RawServer"]

PEM = Path(__file__).parents[1] / "data" / "loopback.pem"
SOME = ("--only", "KC-SEL-01", "--output", "out")
NOBODY = ("--url", "https://recorder.invalid/verba/api", "--api-key", "made-up-key-1", "--token", "made-up-token-1")
PLAIN = ("--url", "http://recorder.invalid/verba/api", *NOBODY[2:])
VARIABLES = (
    "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
)  # fmt: skip


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the surroundings has a say."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def closed() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def profile(folder: Path, url: str, more: str = "") -> tuple[str, str]:
    (folder / "t.toml").write_text(f'url = "{url}"\n{more}\n[credentials]\napi_key = "made-up-key-1"\n', "utf-8")
    return "--target", "t.toml"


OURS: dict[str, tuple[Mapping[str, str], tuple[str, ...], str]] = {
    "a proxy that is none": ({"HTTPS_PROXY": "http://clerk:hush@:1"}, NOBODY, "HTTPS_PROXY: "),
    "authorities that are not there": ({"REQUESTS_CA_BUNDLE": "nowhere.pem"}, NOBODY, "REQUESTS_CA_BUNDLE: "),
}


@pytest.mark.parametrize(("variables", "target", "start"), OURS.values(), ids=OURS)
def test_what_is_wrong_on_our_side_is_told_alike_by_check_plan_and_run(
    command: "Command", variables: Mapping[str, str], target: tuple[str, ...], start: str
) -> None:
    command.more |= variables

    done = [command(name, *target) for name in ("check", "plan", "run")]

    assert [each.returncode for each in done] == [2, 2, 2]
    assert len({each.stderr for each in done}) == 1
    assert done[0].stderr.startswith(f"keepcall: {start}")
    assert "hush" not in done[0].stderr
    assert not (command.folder / "reports").exists()


@pytest.mark.parametrize("lab", ["", '[lab]\nkind = "http"\nurl = "https://127.0.0.1:9/lab"'])
def test_a_ca_file_that_is_none_is_exit_code_2_of_check_and_run(command: "Command", serve: Serve, lab: str) -> None:
    server = serve([])
    (command.folder / "ca.der").write_bytes(b"\x30\x82\x01\x00")
    target = profile(command.folder, server.url, f'limits = {{ ca_file = "ca.der" }}\n{lab}')

    done = [command(name, *target) for name in ("check", "run")]

    assert [each.returncode for each in done] == [2, 2]
    assert all(each.stderr.startswith("keepcall: limits.ca_file: ca.der: DER, and not PEM") for each in done)
    assert server.connections == 0


def test_a_socks_proxy_without_its_library_is_exit_code_2(command: "Command") -> None:
    (command.folder / "socks.py").write_text("raise ImportError\n", "utf-8")
    command.more |= {"ALL_PROXY": "socks5h://127.0.0.1:9", "PYTHONPATH": str(command.folder)}

    done = [command(name, *PLAIN) for name in ("check", "run")]

    assert [each.returncode for each in done] == [2, 2]
    assert all(each.stderr.startswith("keepcall: ALL_PROXY: a SOCKS proxy") for each in done)


def test_plain_pytest_says_so_before_the_first_test(command: "Command") -> None:
    words = ("-m", "pytest", "-p", "keepcall.plugin", str(path("suites")), "-k", "nothing", "--target-url", NOBODY[1])

    done = subprocess.run(
        [sys.executable, *words, "--target-api-key", "made-up-key-1", "-p", "no:cacheprovider"],
        cwd=command.folder, env={**os.environ, "SSLKEYLOGFILE": "nowhere/keys"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.startswith("ERROR: SSLKEYLOGFILE: nowhere/keys")


def test_this_machine_is_never_asked_through_a_proxy(command: "Command", serve: Serve) -> None:
    proxy = serve([])
    address = f"http://127.0.0.1:{proxy.port}"
    command.more |= {"http_proxy": address, "https_proxy": address, "all_proxy": address}

    command("run", *SOME)
    proven = command("prove", "--fault", "takes_the_first_of_several_calls")

    verdicts = {requirement["id"]: requirement["verdict"] for requirement in command.report("out")["requirements"]}
    assert verdicts["KC-SEL-01"] == "pass"
    assert proven.returncode == 0, proven.stdout
    assert proxy.connections == 0


UNREACHED = {
    "nobody listens": lambda: f"http://127.0.0.1:{closed()}/verba/api",
    "nobody listens for TLS": lambda: f"https://127.0.0.1:{closed()}/verba/api",
    "nobody has the name": lambda: "http://recorder.invalid/verba/api",
}


@pytest.mark.parametrize("url", UNREACHED.values(), ids=UNREACHED)
def test_a_target_that_cannot_be_reached_is_told_in_one_line(command: "Command", url: Callable[[], str]) -> None:
    address = url()

    done = command("run", "--url", address, *NOBODY[2:], *SOME)

    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("verdict: incomplete (nothing was tested, since")
    assert f"{address} does not answer: no answer (unreachable): " in done.stdout
    assert "host=" not in done.stdout
    report = command.report("out")
    assert (report["verdict"], report["requests"]["sent"]) == ("incomplete", 0)
    assert not [test for requirement in report["requirements"] for test in requirement["tests"]]
    assert (command.folder / "out" / "report.json").read_text("utf-8").count("does not answer") == 1
    assert (command.folder / "out" / "report.html").exists()


def test_a_certificate_that_does_not_verify_is_told_in_one_line(command: "Command", serve: Serve) -> None:
    server = serve([], tls=context())

    done = command("run", "--url", server.url, *NOBODY[2:], "--output", "out")

    assert (done.returncode, done.stdout.count("\n")) == (3, 1)
    assert "no answer (tls): certificate verify failed: self-signed certificate; TLS trusts the system" in done.stdout
    assert server.requests == []


def test_a_run_notes_the_proxy_without_its_password(command: "Command", serve: Serve, serving: Serving) -> None:
    live = serving(KeepCallServer())
    proxy = serve(lambda request: [_relayed(live, request)])
    command.more["http_proxy"] = f"http://clerk:hush-hush@127.0.0.1:{proxy.port}"
    own = live.settings

    done = command(
        "run", "--url", PLAIN[1], "--api-key", own.api_key, "--token", own.token, "--lab", live.lab_url, *SOME
    )

    note = f"The target was asked through the proxy http://127.0.0.1:{proxy.port} (http_proxy)."
    assert note in command.report("out")["notes"]
    assert b"Proxy-Authorization: Basic " in proxy.requests[-1]
    assert "hush" not in done.stdout + (command.folder / "out" / "report.json").read_text("utf-8")
    assert all(b" http://recorder.invalid/verba/api" in request for request in proxy.requests)


def _relayed(live: RunningServer, request: bytes) -> bytes:
    """What the reference server answers to a request that a proxy got; to none where nothing is asked."""
    host, port = live.url.split("/")[2].split(":")
    plain = request.replace(b" http://recorder.invalid/", b" /", 1).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with socket.create_connection((host, int(port)), 10) as stream:
        stream.sendall(plain)
        with stream.makefile("rb") as reader:
            return reader.read()


@pytest.mark.parametrize(("status", "words"), [(407, "answered: 407 No"), (503, "answered: 503 No")])
def test_a_proxy_that_makes_no_tunnel_is_told_in_one_line(
    command: "Command", serve: Serve, status: int, words: str
) -> None:
    proxy = serve([f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()])
    command.more["https_proxy"] = f"http://127.0.0.1:{proxy.port}"

    done = command("run", *NOBODY, "--output", "out")

    assert (done.returncode, done.stdout.count("\n")) == (3, 1)
    assert f"the proxy {words}; it is asked through the proxy http://127.0.0.1:{proxy.port}" in done.stdout
    assert proxy.targets() == ["CONNECT recorder.invalid:443"]


def context() -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(PEM)
    return found
