"""A counter-example once more: such calls again, the same requests about them, and whether it still fails."""

import uuid
from dataclasses import dataclass, replace
from functools import partial

from keepcall.cases.engine.driver import Driver
from keepcall.cases.generation.naming import Naming
from keepcall.cases.properties.bursts import send_at_once
from keepcall.cases.properties.call_pool import CallPool
from keepcall.cases.properties.checks import as_the_contract_says, closed, escaped, form, outcome
from keepcall.cases.properties.replay_file import Replay
from keepcall.cases.properties.session import Findings, RequestCheck, Session
from keepcall.cases.properties.unanswered import ask_surely
from keepcall.cases.setup import Setup
from keepcall.contract.call import Call
from keepcall.contract.counterexample import Counterexample, PlaceCall, SendRequests
from keepcall.contract.operation import KEEP
from keepcall.contract.request import Request
from keepcall.errors import UsageError
from keepcall.lab.placing import PlacingLab

_CHECKS: dict[str, tuple[RequestCheck, ...]] = {
    "KC-ANY-01": (as_the_contract_says,),
    "KC-ANY-02": (escaped,),
    "KC-ANY-03": (closed,),
}
"""What is asked of each answer; of other requirements the form and the outcome."""


@dataclass(slots=True)
class _Cast:
    """The calls of a replay in place of those of its file, with callIDs and numbers that nobody else has.

    So a file can neither replace nor name a call that is there already, whatever it says.
    """

    lab: PlacingLab
    naming: Naming

    @classmethod
    def of(cls, script: Counterexample, setup: Setup, lab: PlacingLab) -> "_Cast":
        ids = {act.call.call_id for act in script.acts if isinstance(act, PlaceCall)}
        ids |= {call.call_id for call in script.calls}
        ids |= {text for text in script.nobodys if _is_guid(text)}
        return cls(lab, Naming({t: str(uuid.uuid4()) if t in ids else setup.number().text for t in script.named()}))

    def place(self, call: Call) -> Call:
        """The call in place of this one; from now on its ID is the one that the lab has given it."""
        placed = self.lab.put(self.called(call))
        self.naming = Naming({**self.naming.places, call.call_id: placed.call_id})
        return placed

    def called(self, call: Call) -> Call:
        """The call with the callID and the numbers that stand for its own."""
        ours = self.naming.of
        return replace(
            call,
            call_id=ours(call.call_id),
            calling_party=ours(call.calling_party),
            called_party=ours(call.called_party),
        )

    def asked(self, request: Request, secrets: frozenset[str]) -> Request:
        """The request about these calls.

        Raises:
            StrangerError: when it names somebody else; a file that was held against the rules does not.
        """
        parameters = tuple(
            (name, value if value in secrets else self.naming.value(name, value))
            for name, value in request.parameters
        )
        return replace(request, parameters=parameters)


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def replayed(driver: Driver, found: Replay) -> Findings:
    """What is wrong when the script is followed once more; nothing where the failure is gone.

    Raises:
        UsageError: when the lab cannot place the calls of the script.
        Inconclusive: when there were no answers to judge.
        LabError: when the lab failed.
    """
    lab, script = driver.lab, found.script
    if not isinstance(lab, PlacingLab):
        raise UsageError(
            "the lab of this target cannot place calls, so the failure cannot be repeated",
            "Give a target whose lab speaks the lab control protocol.",
        )
    secrets = frozenset(secret.reveal() for _, secret in driver.target.credentials.given()) | {driver.token()}
    with driver.setup(KEEP) as setup:
        cast = _Cast.of(script, setup, lab)
        for call in script.calls:
            setup.calls.append(cast.place(call))
        checks = _CHECKS.get(found.requirement, (form, outcome))
        session = Session(CallPool.of(driver, setup, tuple(setup.calls)), checks)
        session.script = Counterexample(tuple(setup.calls))
        ask = partial(ask_surely, session) if as_the_contract_says in checks else session.ask
        for act in script.acts:
            match act:
                case PlaceCall(call):
                    findings: Findings = ()
                    session.call_pool.place(cast.called(call))
                case SendRequests((request,)):
                    findings = ask(cast.asked(request, secrets))
                case SendRequests(requests):
                    asked = tuple(cast.asked(request, secrets) for request in requests)
                    findings = send_at_once(driver, session.call_pool.world.calls, asked).findings
            if findings:
                return findings
        alone = all(isinstance(act, PlaceCall) or len(act.requests) == 1 for act in script.acts)
        return session.aftermath() if alone and checks not in ((escaped,), (closed,)) else ()
