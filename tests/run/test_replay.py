"""What a failed property test leaves behind, and what `keepcall replay` makes of it."""

import json
from pathlib import Path

import pytest

from keepcall.cli import main
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS

FAULT = "replays_the_answer_to_an_equal_request"


def access(server: RunningServer) -> list[str]:
    own = server.settings
    return ["--url", server.url, "--api-key", own.api_key, "--token", own.token, "--lab", server.lab_url]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose sequences have failed."""
    folder = tmp_path_factory.mktemp("replay")
    with RunningServer(FAULTS[FAULT].server()) as server:
        words = [*access(server), "--only", "KC-ANY-04", "--seed", "1", "--output", str(folder)]
        assert main.main(["run", *words]) == 1
    return folder


def replayed(folder: Path, server: KeepCallServer) -> int:
    with RunningServer(server) as running:
        return main.main(["replay", str(folder / "replay" / "KC-ANY-04.json"), *access(running)])


def test_the_counter_example_fails_again_on_the_faulty_server(left: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert replayed(left, FAULTS[FAULT].server()) == 1
    told = capfd.readouterr().out
    assert "KC-ANY-04: the failure is still there" in told
    assert "repeat    curl -sS" in told


def test_the_counter_example_is_gone_on_a_good_server(left: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert replayed(left, KeepCallServer()) == 0
    assert "KC-ANY-04: the failure is gone" in capfd.readouterr().out


def test_allure_links_the_result_to_its_counter_example(left: Path) -> None:
    results = [json.loads(file.read_text("utf-8")) for file in left.glob("allure-results/*-result.json")]
    links = {link["url"] for result in results if result["status"] == "failed" for link in result["links"]}

    assert links == {
        "report.html#KC-ANY-04", "report.html#failure-KC-ANY-04", "report.html#repeat", "replay/KC-ANY-04.json",
    }  # fmt: skip
    assert (left / "replay" / "KC-ANY-04.json").is_file()
