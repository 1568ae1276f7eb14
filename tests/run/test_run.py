"""`keepcall run` as a CI job sees it: a process, its exit code, its words, its reports."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.report import reading
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS

FEW = ("--only", "KC-SEL-01", "KC-SEL-07", "KC-AUTH-02")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with RunningServer(KeepCallServer()) as running:
        yield running


def keepcall(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, in a folder of its own; the interpreter must not print a traceback whatever happens."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "KEEPCALL"))}
    done = subprocess.run(
        [sys.executable, "-m", "keepcall", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def words(done: subprocess.CompletedProcess[str]) -> str:
    """What it printed, without the line ends that fit it to a terminal."""
    return " ".join(done.stdout.split())


def at(server: RunningServer) -> tuple[str, ...]:
    settings = server.settings
    return ("--url", server.url, "--api-key", settings.api_key, "--token", settings.token, "--lab", server.lab_url)


def report_of(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert list(resources.validator("report.schema.json").iter_errors(data)) == []
    return data


def verdict_of(report: dict[str, Any], requirement: str) -> str:
    return str(next(entry["verdict"] for entry in report["requirements"] if entry["id"] == requirement))


def test_the_reference_server_is_conformant(tmp_path: Path) -> None:
    done = keepcall(tmp_path, "run", "--output", "out")

    report = report_of(tmp_path / "out")
    assert (done.returncode, report["verdict"]) == (0, "conformant"), done.stdout + done.stderr
    verdicts = {entry["id"]: entry["verdict"] for entry in report["requirements"] if not entry["reason"]}
    assert {verdict for name, verdict in verdicts.items() if name != "KC-CLAIM-01"} == {"pass"}
    assert verdicts["KC-CLAIM-01"] == "not claimed"
    assert done.stdout.rstrip().splitlines()[-1].startswith("verdict: conformant")
    assert "\x1b" not in done.stdout
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_several_workers_come_to_the_same_results(tmp_path: Path, server: RunningServer) -> None:
    one = keepcall(tmp_path, "run", *at(server), *FEW, "--output", "one")
    two = keepcall(tmp_path, "run", *at(server), *FEW, "--output", "two", "--workers", "2")

    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    tests = [
        {
            (test["id"], test["verdict"])
            for entry in report_of(tmp_path / name)["requirements"]
            for test in entry["tests"]
        }
        for name in ("one", "two")
    ]
    assert tests[0] == tests[1] != set()


def test_a_part_of_the_suite_is_no_conformity(tmp_path: Path, server: RunningServer) -> None:
    done = keepcall(tmp_path, "run", *at(server), "--only", "kc-sel-01,KC-SEL-07", "Kc-Auth-02", "--output", "out")

    report = report_of(tmp_path / "out")
    assert (done.returncode, report["verdict"]) == (0, "partial"), done.stdout + done.stderr
    assert report["selection"] == ["KC-AUTH-02", "KC-SEL-01", "KC-SEL-07"]
    assert words(done).endswith("verdict: partial (3 of the 3 selected passed: KC-AUTH-02, KC-SEL-01, KC-SEL-07)")
    assert verdict_of(report, "KC-SEL-07") == "pass"
    assert verdict_of(report, "KC-SEL-05") == "not tested"
    assert "--only" in done.stdout
    assert list(reading.contradictions(report)) == []
    refused = keepcall(tmp_path, "certify", "out")
    assert refused.returncode == 1
    assert "The verdict is partial" in refused.stderr


def test_a_fault_is_reported_so_that_a_stranger_can_repeat_it(tmp_path: Path) -> None:
    with RunningServer(FAULTS["takes_the_first_of_several_calls"].server()) as faulty:
        done = keepcall(tmp_path, "run", *at(faulty), *FEW, "--output", "out")

    report = report_of(tmp_path / "out")
    assert (done.returncode, report["verdict"]) == (1, "not conformant")
    assert verdict_of(report, "KC-SEL-07") == "fail"
    assert verdict_of(report, "KC-SEL-01") == "pass"
    failed = next(entry for entry in report["requirements"] if entry["id"] == "KC-SEL-07")
    evidence = next(test["evidence"][0] for test in failed["tests"] if test["verdict"] == "fail")
    assert evidence["expected"] == "a refusal"
    assert "status 200" in evidence["got"]
    assert "curl" in evidence["curl"]
    assert '"apiKey=${KEEPCALL_API_KEY}"' in evidence["curl"]
    assert "KC-SEL-07" in done.stdout.rstrip().splitlines()[-1]
    written = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    for secret in (faulty.settings.api_key, faulty.settings.token):
        assert secret.encode() not in written
        assert secret not in done.stdout + done.stderr


def test_calls_are_removed_after_a_run(tmp_path: Path, server: RunningServer) -> None:
    keepcall(tmp_path, "run", *at(server), "--only", "KC-SEL-07", "--output", "out")

    assert server.server.store._select("1 = 1") == []


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_target_that_is_not_there_leaves_the_run_incomplete(tmp_path: Path) -> None:
    done = keepcall(tmp_path, "run", "--url", f"{nobody()}/verba/api", "--api-key", "made-up-key", *FEW)

    assert done.returncode == 3
    assert "does not answer" in words(done)


def test_a_wrong_key_is_not_held_against_the_target(tmp_path: Path, server: RunningServer) -> None:
    done = keepcall(
        tmp_path, "run", "--url", server.url, "--api-key", "made-up-key-1", "--token", server.settings.token,
        "--lab", server.lab_url, *FEW,
    )  # fmt: skip

    assert done.returncode == 3
    assert "as it answers ones that nobody has" in words(done)


def test_a_lab_that_is_not_there_is_no_fault_of_the_target(tmp_path: Path, server: RunningServer) -> None:
    settings = server.settings
    done = keepcall(
        tmp_path, "run", "--url", server.url, "--api-key", settings.api_key, "--token", settings.token,
        "--lab", f"{nobody()}/lab", *FEW, "--output", "out",
    )  # fmt: skip

    assert done.returncode == 3
    assert verdict_of(report_of(tmp_path / "out"), "KC-SEL-07") == "broken"
    assert "did not answer" in words(done)


def test_without_a_lab_nothing_is_tested(tmp_path: Path, server: RunningServer) -> None:
    settings = server.settings
    done = keepcall(
        tmp_path, "run", "--url", server.url, "--api-key", settings.api_key, "--token", settings.token,
        *FEW, "--output", "out",
    )  # fmt: skip

    assert done.returncode == 3
    assert verdict_of(report_of(tmp_path / "out"), "KC-SEL-07") == "not tested"
    assert "names no lab" in words(done)


PROFILE = """\
url = "http://127.0.0.1:1/verba/api"
[credentials]
api_kye = "x"
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--target", "profile.toml"), "api_kye"),
        (("--target", "nowhere.toml"), "nowhere.toml"),
        (("--target", "profile.toml", "--url", "http://127.0.0.1:1/"), "--target and --url"),
        (("--api-key", "x"), "--api-key goes with --url"),
        (("--only", "KC-SEL-77"), "there is no requirement 'KC-SEL-77'"),
        (("--workers", "0"), "no whole number of at least 1"),
        (("--output", "profile.toml/out"), "cannot write there"),
        (("--url", "ftp://127.0.0.1/", "--api-key", "x"), "another scheme"),
    ],
)
def test_a_mistake_in_what_was_asked_for_is_named(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")

    done = keepcall(tmp_path, "run", *arguments)

    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr


def test_the_settings_of_the_folder_do_not_matter(tmp_path: Path, server: RunningServer) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not yours')\n", encoding="utf-8")

    done = keepcall(tmp_path, "run", *at(server), "--only", "KC-SEL-07")

    assert done.returncode == 0, done.stderr
    assert "1 pass" in done.stdout


def test_plain_pytest_runs_the_suites_on_a_target(tmp_path: Path, server: RunningServer) -> None:
    settings = server.settings
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "keepcall.plugin", "--noconftest", "-q", "--rootdir", str(tmp_path),
            "-p", "no:cacheprovider", str(resources.path("suites", "ambiguous_extension")),
            "--target-url", server.url, "--target-api-key", settings.api_key, "--target-token", settings.token,
            "--target-lab", server.lab_url, "-k", "every_format",
        ],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
