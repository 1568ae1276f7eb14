"""`keepcall run` and `plan` about a recorder that locks out whoever sends wrong keys or tokens."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from keepcall.cases.engine.lockout import GENTLE
from keepcall.server import KeepCallServer, RunningServer
from tests.cases.lockout.conftest import FOR_EVER, Locking

if TYPE_CHECKING:
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
Options = Callable[[RunningServer], tuple[str, ...]]


class Cell(Locking):
    lasts = FOR_EVER


def test_a_run_that_needs_no_wrong_token_sends_none(command: "Command", serving: Serving, options: Options) -> None:
    server = Cell()

    done = command("run", *options(serving(server)), "--only", "KC-SEL-01", "--output", "out")

    verdicts = {t["verdict"] for r in command.report("out")["requirements"] for t in r["tests"]}
    assert verdicts == {"pass"}, done.stdout
    assert done.returncode != 1
    assert server.wrong == 0


def test_workers_notice_what_another_one_has_brought_about(
    command: "Command", serving: Serving, options: Options
) -> None:
    server = type("Brief", (Locking,), {"lasts": 2})()
    some = ("KC-SEL-01", "KC-AUTH-01", "KC-AUTH-04", "KC-XML-03")

    done = command("run", *options(serving(server)), "--only", *some, "--workers", "2", "--output", "out")

    verdicts = {t["verdict"] for r in command.report("out")["requirements"] for t in r["tests"]}
    assert "fail" not in verdicts, done.stdout
    assert done.returncode != 1
    assert server.wrong > 0


def test_a_gentle_run_sends_few_wrong_keys_as_was_planned(
    command: "Command", serving: Serving, options: Options
) -> None:
    server = type("Strict", (Locking,), {"tries": GENTLE + 1, "lasts": FOR_EVER, "in_a_row": False})()
    asked = (*options(serving(server)), "--only", "KC-AUTH-02", "KC-SEL-01")

    plans = [json.loads(command("plan", *asked, *more, "--json").stdout) for more in ((), ("--gentle",))]
    done = command("run", *asked, "--gentle", "--output", "out")

    assert plans[0]["wrong_credentials"] > GENTLE
    assert plans[1]["wrong_credentials"] == GENTLE == server.wrong
    tests = [t for r in command.report("out")["requirements"] for t in r["tests"]]
    assert {t["verdict"] for t in tests} == {"pass", "not tested"}
    assert "--gentle" in " ".join(done.stdout.split())
