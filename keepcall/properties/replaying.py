"""A counter-example once more: the same calls, the same requests, and whether something is still wrong."""

from functools import partial

from keepcall.errors import UsageError
from keepcall.lab.arranging import ArrangingLab
from keepcall.operation import KEEP
from keepcall.properties.bursts import send_at_once
from keepcall.properties.inputs import ask_surely
from keepcall.properties.judging import as_the_contract_says, closed, escaped, form, outcome
from keepcall.properties.population import Population
from keepcall.properties.session import Check, Findings, Session
from keepcall.recorder import Recorder
from keepcall.replay import Replay
from keepcall.script import Asking, Placing, Script

_CHECKS: dict[str, tuple[Check, ...]] = {
    "KC-ANY-01": (as_the_contract_says,),
    "KC-ANY-02": (escaped,),
    "KC-ANY-03": (closed,),
}
"""What is asked of each answer; of other requirements the form and the outcome."""


def replayed(recorder: Recorder, replay: Replay) -> Findings:
    """What is wrong when the script is followed once more; nothing where the failure is gone.

    Raises:
        UsageError: when the lab cannot place the calls of the script.
        Inconclusive: when there were no answers to judge.
        LabError: when the lab failed.
    """
    lab = recorder.lab
    if not isinstance(lab, ArrangingLab):
        raise UsageError(
            "the lab of this target cannot place calls, so the failure cannot be repeated",
            "Give a target whose lab speaks the lab control protocol.",
        )
    with recorder.stage(KEEP) as stage:
        for call in replay.script.calls:
            stage.calls.append(lab.put(call))
        checks = _CHECKS.get(replay.requirement, (form, outcome))
        session = Session(Population.of(recorder, stage, tuple(stage.calls)), checks)
        session.script = Script(replay.script.calls)
        ask = partial(ask_surely, session) if as_the_contract_says in checks else session.ask
        for act in replay.script.acts:
            match act:
                case Placing(call):
                    findings: Findings = ()
                    session.population.place(call)
                case Asking((request,)):
                    findings = ask(request)
                case Asking(requests):
                    findings = send_at_once(recorder, session.population.world.calls, requests).findings
            if findings:
                return findings
        alone = all(isinstance(act, Placing) or len(act.requests) == 1 for act in replay.script.acts)
        return session.aftermath() if alone and checks not in ((escaped,), (closed,)) else ()
