"""What a run will send, and whether it makes sense: told before, without changing a call, and kept to."""

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response

    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]
SOME = ("--only", "KC-SEL-07", "KC-UNM-01", "KC-STA-03", "KC-ANY-04", "--examples", "4", "--seed", "11")


class Noting(KeepCallServer):
    """The reference server, which notes what it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[bytes] = []

    async def answer(self, request: ApiRequest) -> "Response":
        response = await super().answer(request)
        self.bodies.append(bytes(response.body))
        return response


def profile(command: "Command", server: RunningServer, more: str = "", key: str = "") -> str:
    own = server.settings
    (command.folder / "t.toml").write_text(
        f'url = "{server.url}"\n[credentials]\napi_key = "{key or own.api_key}"\ntoken = "{own.token}"\n'
        f'[lab]\nkind = "http"\nurl = "{server.lab_url}"\n{more}',
        encoding="utf-8",
    )
    return "t.toml"


def test_a_run_sends_what_was_planned(command: "Command", serving: Serving) -> None:
    server = Noting()
    target = profile(command, serving(server))

    planned = command("plan", target, *SOME, "--json")

    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert server.bodies == []
    plan = json.loads(planned.stdout)

    done = command("run", "--target", target, *SOME, "--output", "out", "--max-requests", str(plan["requests"]))

    report = command.report("out")
    assert report["requests"]["sent"] == len(server.bodies) == plan["requests"], done.stdout
    assert not [note for note in report["notes"] if "was ended" in note]
    xml = sum(b'code="0"' in body for body in server.bodies)
    assert 0 < xml <= sum(plan["changing"].values()) < plan["requests"]
    assert set(plan["changing"]) == {"keep", "keep with unmark", "manualRecord", "manualRecord with unmark"}


def test_a_plan_tells_rate_duration_and_how_to_keep_to_it(command: "Command", serving: Serving) -> None:
    target = profile(command, serving(KeepCallServer()), "[limits]\nrequests_per_second = 5\n")

    planned = command("plan", target, "--only", "KC-SEL-07", "--seed", "3")

    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "at most 5 a second" in planned.stdout
    assert "keepcall run --target t.toml --only KC-SEL-07 --seed 3 --max-requests" in planned.stdout


def test_a_plan_that_changes_no_call_says_so(command: "Command", serving: Serving) -> None:
    target = profile(command, serving(KeepCallServer()))

    planned = command("plan", target, "--only", "KC-XML-04", "--read-only", "--json")

    plan = json.loads(planned.stdout)
    assert (plan["changing"], plan["calls"]) == ({}, 0)
    assert plan["requests"] > 20


def test_a_check_changes_no_call_and_tells_what_would_be_tested(command: "Command", serving: Serving) -> None:
    server = Noting()
    target = profile(command, serving(server), '[claims]\nstatuses = ["ongoing"]\nunmark = false\n')

    done = command("check", target)

    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("KC-"))
    assert rows["KC-SEL-07"].split(maxsplit=1) == ["MUST", "will be tested"]
    assert rows["KC-UNM-01"].split(maxsplit=1) == ["MUST", "not claimed"]
    assert rows["KC-STA-05"].split(maxsplit=1) == ["MUST", "not claimed"]
    assert "credentials  good" in done.stdout
    assert 0 < len(server.bodies) < 10
    assert not [body for body in server.bodies if b'code="0"' in body]
    assert server.store._select("1 = 1") == []


def test_a_check_names_wrong_credentials_and_a_lab_that_is_not_there(command: "Command", serving: Serving) -> None:
    server = serving(KeepCallServer())
    wrong = profile(command, server, key="a-key-of-nobody")
    text = (command.folder / wrong).read_text(encoding="utf-8").replace("/lab", "/laboratory")
    (command.folder / wrong).write_text(text, encoding="utf-8")

    done = command("check", wrong)

    assert done.returncode == 3
    assert "credentials  bad" in done.stdout
    assert "check [credentials]" in done.stdout
    assert "lab          bad" in done.stdout


def test_a_check_names_a_target_that_is_no_keepcall_server(command: "Command", serving: Serving) -> None:
    server = serving(KeepCallServer())
    target = profile(command, server)
    text = (command.folder / target).read_text(encoding="utf-8").replace("/verba/api", "/elsewhere")
    (command.folder / target).write_text(text, encoding="utf-8")

    done = command("check", target)

    assert done.returncode == 3
    assert "KeepCall     bad" in done.stdout
    assert "check `url`" in done.stdout


STATIC = """\
url = "http://127.0.0.1:9/verba/api"
[credentials]
api_key = "made-up-key-1"
token = "made-up-token-1"
[claims]
statuses = ["ongoing"]
[lab]
kind = "static"
numbers_without_calls = ["8899"]
[[lab.calls.ongoing]]
callID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
callingParty = "8856"
calledParty = "2001"
[[lab.calls.ongoing]]
callID = "b8343631-9f35-4a3a-83f0-9e81592339fb"
callingParty = "8857"
calledParty = "2002"
"""


def test_the_plan_of_a_static_lab_names_the_numbers_that_are_touched(command: "Command") -> None:
    (command.folder / "desk.toml").write_text(STATIC, encoding="utf-8")

    done = command("plan", "desk.toml", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    plan = json.loads(done.stdout)
    assert {"8856"} <= set(plan["numbers"]["profile"]) <= {"8856", "8857", "2001", "2002", "8899"}
    assert plan["calls"] == 0
    assert plan["changing"]["keep"] > 0


def test_the_check_of_a_static_lab_says_what_is_lacking(command: "Command", serving: Serving) -> None:
    server = serving(KeepCallServer())
    text = STATIC.replace("http://127.0.0.1:9/verba/api", server.url)
    text = text.replace("made-up-key-1", server.settings.api_key).replace("made-up-token-1", server.settings.token)
    (command.folder / "desk.toml").write_text(text, encoding="utf-8")

    done = command("check", "desk.toml")

    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("KC-"))
    assert "cannot be tested" in rows["KC-SEL-07"]
    assert [name for name, told in rows.items() if "will be tested" in told]
    assert "cannot read a call back" in rows["KC-EFF-03"]


COMMAND = """\
url = "{url}"
[credentials]
api_key = "{key}"
token = "{token}"
[claims]
types = []
[lab]
kind = "command"
command = ["{python}", "-I", "lab.py"]
stays = true
"""

OFFERS = """\
import json, sys
for line in sys.stdin:
    assert json.loads(line) == {"action": "offer"}
    print(json.dumps({"offer": {"recordings": ["on-demand"], "read": False}}), flush=True)
"""


def command_lab(command: "Command", server: RunningServer, program: str) -> str:
    own = server.settings
    text = COMMAND.format(url=server.url, key=own.api_key, token=own.token, python=sys.executable)
    (command.folder / "robot.toml").write_text(text, encoding="utf-8")
    (command.folder / "lab.py").write_text(program, encoding="utf-8")
    return "robot.toml"


def test_the_check_of_a_command_lab_tells_what_its_program_offers(command: "Command", serving: Serving) -> None:
    done = command("check", command_lab(command, serving(KeepCallServer()), OFFERS))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lab          good     lab.py says that it offers on-demand calls" in done.stdout
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("KC-"))
    assert rows["KC-SEL-07"].split(maxsplit=1) == ["MUST", "will be tested"]
    assert rows["KC-TYPE-01"].split(maxsplit=1) == ["MUST", "not claimed"]
    assert "cannot read a call back" in rows["KC-EFF-03"]


def test_the_plan_of_a_command_lab_starts_no_program_and_says_so(command: "Command", serving: Serving) -> None:
    server = Noting()
    program = f"open('started', 'w').close()\n{OFFERS}"

    done = command("plan", command_lab(command, serving(server), program), "--only", "KC-UNM-01", "--seed", "3")

    assert done.returncode == 0, done.stdout + done.stderr
    assert not (command.folder / "started").exists()
    assert server.bodies == []
    assert "lab              its program was not started, so what it offers is not known" in done.stdout
    assert "calls placed     none" not in done.stdout
