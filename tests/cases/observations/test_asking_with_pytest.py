"""Questions as tests: which are collected, what stops a run, and how answers get into the report."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.cases.observations import catalogue
from keepcall.cli import main
from keepcall.cli.run_options import options_of
from keepcall.contract import requirements
from keepcall.contract.target import Credentials, Secret, Target
from keepcall.report import raw
from keepcall.report.render import page
from keepcall.report.result import Asked, Told
from keepcall.run import conformance_run
from keepcall.run.collector import Collector
from keepcall.run.proof import trial
from keepcall.run.reference import target_of
from keepcall.run.settings import RunSettings
from keepcall.server import KeepCallServer, RunningServer

Collect = Callable[..., tuple[int, list[pytest.Function]]]
RunTests = Callable[..., tuple[int, Collector]]

QUESTIONS = resources.path("suites", "observations")


@pytest.fixture
def target() -> Iterator[Target]:
    with RunningServer(KeepCallServer()) as running:
        yield target_of(running)


def asking(folder: Path, *ids: str, body: str = "return 'granted'") -> Path:
    """A file with a test for each of these ids."""
    lines = ["import pytest"]
    for number, each in enumerate(ids):
        given = ", ".join(map(repr, each.split()))
        lines += [f"@pytest.mark.observation({given})", f"def test_{number}(observer):", f"    {body}"]
    file = folder / "test_asking.py"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        pytest.param(["KC-OBS-01"], "there is no observation 'KC-OBS-01'", id="an unknown id"),
        pytest.param(["KC-OBS-001 KC-OBS-002"], "takes one id", id="two ids"),
        pytest.param([""], "takes one id", id="no id"),
        pytest.param(["KC-OBS-001", "KC-OBS-001"], "asks KC-OBS-001 once more", id="a question twice"),
    ],
)
def test_a_test_that_asks_nothing_known_stops_the_collection(
    collect: Collect, tmp_path: Path, capfd: pytest.CaptureFixture[str], ids: list[str], words: str
) -> None:
    code, items = collect(asking(tmp_path, *ids))

    assert (code, items) == (pytest.ExitCode.USAGE_ERROR, [])
    assert words in capfd.readouterr().err


def test_some_of_the_questions_may_be_asked_alone(collect: Collect) -> None:
    _, items = collect(QUESTIONS / "test_letter_case.py")

    assert len(items) == 5


def test_questions_come_after_all_that_is_judged(collect: Collect) -> None:
    _, items = collect(resources.path("suites"))

    asked = [item.get_closest_marker("observation") is not None for item in items]
    assert asked == sorted(asked)
    assert sum(asked) == len(catalogue.load())


@pytest.mark.parametrize("options", [["--no-observations"], ["--only", "KC-SEL-01"]], ids=" ".join)
def test_questions_can_be_left_out(collect: Collect, options: list[str]) -> None:
    _, items = collect(resources.path("suites"), *options)

    assert items
    assert [item for item in items if item.get_closest_marker("observation")] == []


def test_a_proof_asks_nothing() -> None:
    tests = trial.collected()

    assert len(tests) > len(catalogue.load())
    assert [test.id for test in tests if test.id.startswith("suites/observations")] == []


def test_answers_come_to_whoever_collects(run_tests: RunTests, target: Target, reference: Mapping[str, str]) -> None:
    code, collector = run_tests(QUESTIONS, target)

    assert code == 0
    assert collector.answers == reference
    assert collector.sent > 100
    assert (collector.results, collector.unfinished()) == ({}, [])


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("return 200", "200"),
        ("1 / 0", "not asked: the suite failed: ZeroDivisionError"),
        ("assert False", "not asked: the suite failed: AssertionError"),
        ("return 'all is well'", "not asked: the suite failed: it has no word for what came"),
        ("pass", "not asked: the suite failed: it has no word for what came"),
    ],
)
def test_a_question_never_fails(run_tests: RunTests, tmp_path: Path, target: Target, body: str, answer: str) -> None:
    code, collector = run_tests(asking(tmp_path, "KC-OBS-001", body=body), target)

    assert (code, collector.answers) == (0, {"KC-OBS-001": answer})


def test_what_was_sent_for_an_answer_comes_to_whoever_collects_and_once(run_tests: RunTests, target: Target) -> None:
    _, collector = run_tests(QUESTIONS / "test_letter_case.py", target, "--tell-exchanges")

    (number,) = collector.asked["KC-OBS-061"].exchanges
    assert "action=keepcall" in collector.exchanges[number].request
    assert collector.exchanges[number].answer.startswith("HTTP 200")
    listed = [each for asked in collector.asked.values() for each in asked.exchanges]
    assert sorted(set(listed)) == sorted(collector.exchanges)
    assert len(collector.asked) == 5
    assert collector.kept(everything=False) == ()


def test_a_target_that_is_not_there_is_not_asked(run_tests: RunTests, tmp_path: Path) -> None:
    nobody = Target("nobody", "http://127.0.0.1:9/verba/api", Credentials(Secret("a-key-of-nobody")))

    code, collector = run_tests(asking(tmp_path, "KC-OBS-001"), nobody)

    assert code == 0
    assert collector.answers == {"KC-OBS-001": "not asked: no request to this target proves anything"}


def report(**more: Any) -> dict[str, Any]:
    target = Target("recorder", "http://x/api", Credentials(Secret("a-secret-key")))
    done = raw.Run(target, (), datetime(2026, 11, 23, tzinfo=UTC), 1.0, 1, **more)
    return raw.report(done, requirements.load())


def test_answers_are_in_the_report_and_on_the_page() -> None:
    data = report(observations=catalogue.load().report({"KC-OBS-001": "418"}))

    assert list(resources.validator("report.schema.json").iter_errors(data)) == []
    assert data["observations"][0]["answer"] == "418"
    assert ">418<" in page.render(data)


def test_what_was_sent_for_an_answer_is_in_the_report_and_on_the_page() -> None:
    told = [Told(f"gw{number}", f"GET /{number} HTTP/1.1", f"HTTP 200 <{number}>") for number in range(4)]
    asked = {"KC-OBS-001": Asked(("gw1", "gw2", "gw3"), 4), "KC-OBS-002": Asked(("lost",))}
    data = report(observations=catalogue.load().report({}), exchanges=told, asked=asked)

    assert list(resources.validator("report.schema.json").iter_errors(data)) == []
    first, second, third = data["observations"][:3]
    assert (first["exchanges"], first["unlisted"]) == ([2, 3, 4], 4)
    assert (second.get("exchanges"), second["unlisted"]) == (None, 1)
    assert not third.keys() & {"exchanges", "unlisted"}
    shown = page.render(data)
    assert [f"GET /{number} HTTP/1.1" in shown for number in range(4)] == [False, False, True, True]
    assert "HTTP 200 &lt;3&gt;" in shown
    assert "5 more were sent before" in shown
    assert shown.count('<details class="sent">') == 1


def test_answers_are_no_part_of_the_verdict() -> None:
    told = report(observations=catalogue.load().report({}))
    untold = report()

    assert untold["observations"] == []
    assert {**told, "observations": [], "end": untold["end"]} == untold


@pytest.mark.parametrize(
    ("arguments", "observing"),
    [([], ""), (["--no-observations"], "no"), (["--slow-observations"], "slow")],
    ids=["usually", "no", "slow"],
)
def test_the_command_line_says_what_is_asked(arguments: list[str], observing: str) -> None:
    options = options_of(main.parser_for(["run"]).parse_args(["run", *arguments]))

    assert options.observing == observing
    assert options.command == " ".join(["keepcall run", *arguments])


@pytest.mark.parametrize(("only", "number"), [((), len(catalogue.load())), (("KC-SEL-01",), 0)])
def test_a_part_of_the_suite_reports_no_questions(only: tuple[str, ...], number: int) -> None:
    collector = Collector(lambda _: None, lambda _: None)

    assert len(conformance_run._observations(RunSettings(None, only=only), collector)) == number
