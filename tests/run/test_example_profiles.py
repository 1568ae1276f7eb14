"""Each example profile is tried: against the reference server in place of the recorder that it stands for."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from keepcall import resources
from keepcall.cases.generation.budget import Budget
from keepcall.run.config import profile
from keepcall.run.dry_run import dry_run
from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]

EXAMPLES = sorted(path.name for path in resources.path("fixtures", "targets").glob("*.toml"))
ENVIRONMENT = {f"KEEPCALL_{name}": f"the-{name.lower()}" for name in ("API_KEY", "TOKEN", "PASSWORD")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_valid_and_can_be_rehearsed(name: str) -> None:
    target = profile.load(resources.path("fixtures", "targets", name), ENVIRONMENT)

    dry = dry_run(target, Budget(1, 1), only=("KC-SEL-01", "KC-AUTH-02"), observing="no")

    assert dry.problems == ()
    verdicts = {result.verdict for result in dry.results}
    assert verdicts <= ({"not tested"} if target.lab.kind == "none" else {"pass", "not claimed", "not tested"})
    assert dry.traffic.sent > 0


def environment_of(server: RunningServer, *, open_key: bool) -> Mapping[str, str]:
    own = server.settings
    key = own.open_api_key if open_key else own.api_key
    return {"KEEPCALL_API_KEY": key, "KEEPCALL_TOKEN": own.token, "KEEPCALL_PASSWORD": own.password}


@pytest.mark.parametrize(
    ("name", "options", "passed"),
    [
        ("example.toml", (), {"KC-SEL-01", "KC-UNM-01", "KC-AUTH-03", "KC-TYPE-01"}),
        ("login.toml", (), {"KC-SEL-01", "KC-UNM-01", "KC-AUTH-03", "KC-TYPE-01"}),
        ("open.toml", (), {"KC-SEL-01", "KC-UNM-01"}),
        ("answers_only.toml", ("--read-only",), set[str]()),
    ],
)
def test_an_example_runs(
    command: "Command", serving: Serving, name: str, options: tuple[str, ...], passed: set[str]
) -> None:
    server = serving(KeepCallServer())
    text = resources.load_text("fixtures", "targets", name)
    text = text.replace("https://recorder.example/verba/api", server.url).replace("127.0.0.1:8080", server.url[7:-10])
    text = text.replace('"conformance"', f'"{server.settings.user}"').replace("requests_per_second =", "# slow =")
    (command.folder / name).write_text(text, encoding="utf-8")
    command.more.update(environment_of(server, open_key=name == "open.toml"))

    only = ("--only", "KC-SEL-01", "KC-UNM-01", "KC-AUTH-03", "KC-TYPE-01", "KC-XML-04")
    done = command("run", "--target", name, *options, *only, "--output", "out")

    report = command.report("out")
    told = (done.returncode, report["verdict"])
    assert told in ((0, "partial"), (3, "incomplete")), done.stdout + done.stderr
    assert {r["id"] for r in report["requirements"] if r["verdict"] == "pass"} - {"KC-XML-04"} == passed
    assert not {t["verdict"] for r in report["requirements"] for t in r["tests"]} & {"fail", "broken", "inconclusive"}
