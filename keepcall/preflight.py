"""What can be known of a target before a run, by requests that change no call: is it there, and are we let in?"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from keepcall.admission import NOBODYS, looks
from keepcall.bench import bench
from keepcall.errors import LabError, UsageError
from keepcall.exchange import Exchange, NoAnswer
from keepcall.expect.outcome import says
from keepcall.expect.reading import read
from keepcall.expect.wording import NOT_FOUND
from keepcall.lab.control import ControlLab
from keepcall.outcomes import Outcome
from keepcall.recorder import Recorder
from keepcall.request import keep
from keepcall.target import Target

State = Literal["good", "bad", "unknown"]

_TEST = "keepcall check"
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what.
        state: good, bad, or unknown, which stops no run.
        message: what was seen, and what to do where it is bad.
    """

    about: str
    state: State
    message: str


def look(target: Target) -> Iterator[Finding]:
    """Looks at one thing after another, and no further where that makes no sense.

    Raises:
        UsageError: when the CA file is none.
    """
    with ExitStack() as stack:
        recorder = stack.enter_context(bench(target, read_only=True, look=False)).recorder
        yield from _at_target(recorder)
    yield _at_lab(target)


def _at_target(recorder: Recorder) -> Iterator[Finding]:
    """Is it there, does it speak KeepCall, and does it know the credentials?"""
    if recorder.target.credentials.request_token:
        try:
            recorder.token()
        except Outcome as outcome:
            yield Finding("token", "bad", outcome.reason)
            return
        yield Finding("token", "good", "the target gave one when it was asked (RequestToken)")
    try:
        ours = _send(recorder)
    except Outcome as outcome:
        yield Finding("target", "bad", outcome.reason)
        return
    if isinstance(ours.result, NoAnswer):
        yield Finding(
            "target", "bad", f"no answer: {_short(ours.answer_text())}; check `url`, and that it is running"
        )
        return
    yield Finding("target", "good", f"answers, with status {ours.result.status}")
    yield _speaks(ours)
    yield _known(recorder, ours)


def _send(recorder: Recorder, **changed: str) -> Exchange:
    """A keep of a call that does not exist, which the contract refuses."""
    request = recorder.complete(keep(callID=NOBODYS, responseType="XML")).given(**changed)
    return recorder.client.send(request, _TEST)


def _speaks(ours: Exchange) -> Finding:
    reading = read(ours)
    if reading.format == "XML" and reading.code is not None and says(ours) == "refused":
        return Finding(
            "KeepCall", "good", f"it answers in KeepCall's XML; a call that does not exist: code {reading.code}"
        )
    if says(ours) == "granted":
        return Finding("KeepCall", "bad", "it grants the keep of a call that does not exist; is this a stub?")
    return Finding(
        "KeepCall", "bad", f"its answer is not the XML of KeepCall: {_short(ours.answer_text())}; check `url`"
    )


def _known(recorder: Recorder, ours: Exchange) -> Finding:
    """Whether the credentials are good: with good ones the answer is about the call, and not as to a stranger."""
    if isinstance(ours.result, NoAnswer):
        return Finding("credentials", "unknown", "there was no answer to tell by")
    if NOT_FOUND.encode() in ours.result.body or read(ours).code == "2":
        return Finding("credentials", "good", "with them, the answer is that the call cannot be found")
    names = ("apiKey", "token") if recorder.token() else ("apiKey",)
    for name in names:
        if looks(_send(recorder, **{name: NOBODYS})) == looks(ours):
            return Finding(
                "credentials",
                "bad",
                f"the answer is the same with {'an API key' if name == 'apiKey' else 'a token'} that nobody has: "
                f"{_short(ours.answer_text())}; check [credentials]",
            )
    return Finding("credentials", "unknown", f"neither known nor unknown: {_short(ours.answer_text())}")


def _at_lab(target: Target) -> Finding:
    settings = target.lab
    match settings.kind:
        case "none":
            return Finding("lab", "bad", "the profile names none, so nothing can be granted; add a [lab] table")
        case "http":
            lab = ControlLab(settings.url, settings.timeout)
            try:
                health = lab.health()
            except LabError as error:
                return Finding("lab", "bad", " ".join(str(error).split()))
            finally:
                lab.close()
            return Finding("lab", "good", f"{health.get('implementation', '?')} {health.get('version', '')}".strip())
        case "static":
            calls, free = len(settings.calls), len(settings.numbers_without_calls)
            return Finding(
                "lab", "unknown", f"{calls} calls and {free} numbers without calls, as the profile has them"
            )
        case "command":
            program = settings.command[0]
            found = (
                shutil.which(program, path=None) or (settings.folder / program).is_file() or Path(program).is_file()
            )
            if found:
                return Finding("lab", "unknown", f"the program {program} is there; it was not started")
            return Finding("lab", "bad", f"there is no program {program}; check lab.command")
    raise UsageError(f"no such lab: {settings.kind}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
