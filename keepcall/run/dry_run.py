"""The embedded reference server in place of a target, so that a run can be rehearsed: nothing is sent to the target.

What a run sends depends on the profile, on the seed and on the answers. A rehearsal runs the same suites with the
same lab, claims and kinds of credentials on a server that answers as the contract says. So a plan cannot drift from
the run.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from keepcall.cases.generation.budget import Budget
from keepcall.contract.call import Call, CallSpec
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import NotTested
from keepcall.contract.target import ArrangedCall, Credentials, RequestToken, Secret, Target
from keepcall.lab.http_lab import HttpLab
from keepcall.lab.offer import Offer
from keepcall.lab.program import Program
from keepcall.report.result import Result
from keepcall.run.collector import Collector
from keepcall.run.pytest_session import PytestSession
from keepcall.run.reference import DirectLab, target_of
from keepcall.run.settings import Observing, WorkerSettings
from keepcall.server.app import KeepCallServer
from keepcall.server.call import Call as ServerCall
from keepcall.server.call import read_call
from keepcall.server.outcome import Code, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.serve import RunningServer
from keepcall.server.store import Store
from keepcall.server.tokens import ACTION as REQUEST_TOKEN

_WRONG = frozenset({Code.INVALID_API_KEY, Code.INVALID_TOKEN})


@dataclass(slots=True)
class Traffic:
    """What a run sends.

    Attributes:
        sent: requests to the API in all.
        granted: those that change a call, or may, by what they ask for.
        tokens: those that ask for a token.
        wrong: those with a wrong or missing key or token.
        numbers: how often each number was named.
        placed: calls that the lab was asked for.
    """

    sent: int = 0
    granted: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    wrong: int = 0
    numbers: Counter[str] = field(default_factory=Counter)
    placed: int = 0


class CountingStore(Store):
    """Counts the calls that are placed."""

    placed = 0

    def put(self, call: ServerCall) -> None:
        """One more, unless it is one that changes."""
        self.placed += self.get(call.call_id) is None
        super().put(call)


class CountingServer(KeepCallServer):
    """The reference server, which notes what it is asked."""

    store_class = CountingStore

    def __init__(self) -> None:
        super().__init__()
        self.traffic = Traffic()

    async def decide(self, request: ApiRequest) -> Outcome:
        """As ever, and noted."""
        outcome = await super().decide(request)
        self.traffic.tokens += request.action == REQUEST_TOKEN
        self.traffic.wrong += isinstance(outcome, Refused) and outcome.code in _WRONG
        if isinstance(outcome, Granted):
            self.traffic.granted[_operation(request)] += 1
        if request.extension:
            self.traffic.numbers[request.extension] += 1
        return outcome


class ReadingLab(DirectLab):
    """A lab that finds out whether it can read a call back as `http` labs do: with a call of its own."""

    @cached_property
    def reads_back(self) -> bool:  # type: ignore[override]
        """It can."""
        self.remove(self.number([CallSpec()], KEEP).call)
        return True


def _operation(request: ApiRequest) -> str:
    what = "manualRecord" if request.is_manual_record else "keep"
    return f"{what} with unmark" if request.is_unmark else what


@contextmanager
def _standing_in(target: Target) -> Iterator[tuple[Target, CountingServer]]:
    """A stand-in for the target, with the lab of the profile as far as it needs no other server."""
    server = CountingServer()
    for call in target.lab.calls:
        server.store.put(read_call(_placed(call), datetime.now(UTC)))
    server.store.placed = 0  # type: ignore[attr-defined]
    with RunningServer(server) as running:
        own = target_of(running)
        lab = own.lab if target.lab.kind == "http" else replace(target.lab, url=own.lab.url)
        lab = replace(lab, read_back=own.lab.url) if lab.read_back else lab
        credentials = _credentials(target.credentials, own.credentials, running)
        limits = replace(target.limits, ca_file="")
        yield replace(target, url=own.url, credentials=credentials, lab=lab, limits=limits), server


def _placed(call: ArrangedCall) -> dict[str, object]:
    end = call.end_time or datetime.now(UTC)
    start = end - timedelta(minutes=5)
    return {
        **({"callID": call.call_id} if call.call_id else {}),
        "callingParty": call.calling_party,
        "calledParty": call.called_party,
        "state": call.state,
        "startTime": _written(start),
        "endTime": _written(end) if call.state == "finished" else None,
        "recording": call.recording,
        "kept": call.kept,
        "recordingActive": call.recording_active,
    }


def _written(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _credentials(given: Credentials, own: Credentials, running: RunningServer) -> Credentials:
    """Of each kind that the profile gives, the stand-in's."""
    names = {name for name, _ in given.given()} - {"password"}
    known = {name: getattr(own, name) for name in names}
    if not given.token and not given.request_token:
        known["api_key"] = own.open_api_key
        known.pop("open_api_key", None)
    settings = running.settings
    wanted = given.request_token
    login = RequestToken(settings.user, Secret(settings.password), wanted.send) if wanted else None
    return Credentials(**known, request_token=login)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What came of one.

    Attributes:
        traffic: what was sent.
        results: of every test; a pass says no more than that it was carried out.
        problems: why the suites could not be run.
    """

    traffic: Traffic
    results: tuple[Result, ...]
    problems: tuple[str, ...]


def dry_run(
    target: Target,
    budget: Budget,
    *,
    only: tuple[str, ...] = (),
    observing: Observing = "",
    read_only: bool = False,
    gentle: int = 0,
    offer: Offer | None = None,
) -> DryRun:
    """Runs the suites on a stand-in for the target, with all that a run of the target would have.

    Args:
        target: the profile.
        budget: of the property tests.
        only: ids of requirements; empty for all.
        observing: whether observations are asked.
        read_only: whether nothing is sent that the contract lets change a call.
        gentle: requests with wrong credentials that may be sent; 0 for no limit.
        offer: what the program of a command lab says it offers; without it, everything.
    """
    with _standing_in(target) as (stand_in, server):
        collector = Collector(lambda _: None, lambda _: None)
        lines = Imitation(stand_in.lab.url, offer or Offer()) if target.lab.kind == "command" else None
        lab = ReadingLab(server) if target.lab.kind == "http" else None
        worker_settings = WorkerSettings(
            stand_in, gentle=gentle, read_only=read_only, dry=True, program=lines, lab=lab
        )
        PytestSession(worker_settings, budget, only, observing).run(collector)
        problems = (*collector.problems, *collector.taken_out())
        traffic = server.traffic
        traffic.sent = collector.sent
        traffic.placed = server.store.placed  # type: ignore[attr-defined]
        return DryRun(traffic, tuple(collector.results.values()), problems)


class Imitation(Program):
    """Answers as a program would that offers this.

    Whether a program's calls are disposable shows when it has placed one; these are not, so that a plan counts the
    requests by which marks are taken off.

    Args:
        url: of the stand-in's lab control protocol.
        offer: what the program said.
    """

    def __init__(self, url: str, offer: Offer) -> None:
        super().__init__(("a stand-in",), Path(), 0.0)
        self._lab = HttpLab(url)
        self._offer = replace(offer, resolution=0.001)
        self._calls: dict[str, Call] = {}

    def ask(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """What the program would answer."""
        match action["action"]:
            case "offer":
                offered = self._offer
                told = {"callID": offered.call_ids, "read": offered.reads, "resolution": offered.resolution}
                return {"offer": told | {"recordings": list(offered.recordings)}}
            case "place":
                return self._place(action["call"])
            case "end":
                now = datetime.now(UTC)
                end = now.replace(microsecond=now.microsecond // 1000 * 1000)
                call = self._lab.read(self._calls[action["handle"]])
                return self._told(self._lab.put(replace(call, state="finished", end_time=end)))
            case "read":
                if not self._offer.reads:
                    raise NotTested("the lab's program does not read calls back")
                return self._told(self._lab.read(self._calls[action["handle"]]))
            case _:
                self._lab.remove(self._calls.pop(action["handle"]))
                return {}

    def close(self) -> tuple[str, ...]:
        """Ends the connections."""
        return self._lab.close()

    def _place(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        parties = asked["callingParty"], asked["calledParty"]
        call = self._lab.put(CallSpec(started=0).call(*parties, datetime.now(UTC), asked["recording"]))
        self._calls[call.call_id] = call
        return {"handle": call.call_id} | self._told(call)

    def _told(self, call: Call) -> dict[str, Any]:
        told = {key: value for key, value in call.as_json().items() if value is not None}
        if not self._offer.call_ids:
            del told["callID"]
        return {"call": told}
