"""`--read-only`: no call is placed, no request could change one, and nothing is claimed that this cannot show."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response

    from tests.run.conftest import Command

Options = Callable[[RunningServer], tuple[str, ...]]
Serving = Callable[[KeepCallServer], RunningServer]


class Noting(KeepCallServer):
    """The reference server, which notes what it answers, and has a call that is nobody's business."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[bytes] = []

    async def answer(self, request: ApiRequest) -> "Response":
        response = await super().answer(request)
        self.bodies.append(bytes(response.body))
        return response


def test_nothing_is_granted_and_no_call_placed(command: "Command", serving: Serving, options: Options) -> None:
    server = Noting()

    done = command("run", *options(serving(server)), "--read-only", "--output", "out")

    report = command.report("out")
    assert (done.returncode, report["verdict"]) == (3, "incomplete"), done.stdout + done.stderr
    assert len(server.bodies) > 100
    assert not [body for body in server.bodies if b'code="0"' in body or b"has been marked" in body]
    assert server.store._select("1 = 1") == []
    verdicts = {r["id"]: r["verdict"] for r in report["requirements"] if r["level"] == "MUST"}
    assert not {"fail", "broken", "inconclusive"} & set(verdicts.values())
    assert {verdicts[name] for name in ("KC-XML-04", "KC-HTML-02", "KC-TEXT-02")} <= {"pass", "not tested"}
    assert verdicts["KC-XML-06"] == verdicts["KC-SEL-02"] == verdicts["KC-EFF-03"] == "not tested"
    passed = [test for r in report["requirements"] for test in r["tests"] if test["verdict"] == "pass"]
    assert len(passed) > 40
    assert report["observations"] == []


def test_an_answer_that_is_wrong_fails_all_the_same(command: "Command", serving: Serving, options: Options) -> None:
    target = options(serving(FAULTS["refuses_a_missing_parameter_with_code_0"].server()))

    done = command("run", *target, "--read-only", "--output", "out", "--only", "KC-XML-04")

    assert done.returncode == 1, done.stdout + done.stderr
    assert {r["id"] for r in command.report("out")["requirements"] if r["verdict"] == "fail"} == {"KC-XML-04"}
