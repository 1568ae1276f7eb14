"""The server under test, as its profile describes it: values only, parsed by `keepcall.run.config.profile`.

What is not given is an empty text or an empty tuple.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Literal

Send = Literal["basic", "parameters"]
Post = Literal["form", "query", "mixed"]
LabKind = Literal["none", "http", "static", "command"]
ArrangedState = Literal["ongoing", "finished"]
Recording = Literal["on-demand", "controlled"]


class Secret:
    """A text that shows in no message, log or report; only `reveal` gives it.

    It is no dataclass and no str, so that neither `asdict` nor `json` nor a join can spell it out by accident.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one who sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"


UNSET = Secret()
"""No secret: the profile does not give it."""


@dataclass(frozen=True, slots=True)
class RequestToken:
    """How to ask the target for a token, with `action=RequestToken`."""

    user: str
    password: Secret
    send: Send = "basic"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys and tokens that the target knows."""

    api_key: Secret
    token: Secret = UNSET
    expired_token: Secret = UNSET
    open_api_key: Secret = UNSET
    other_api_key: Secret = UNSET
    other_token: Secret = UNSET
    request_token: RequestToken | None = None

    def given(self) -> Iterator[tuple[str, Secret]]:
        """Every secret of the profile that is not empty, by its key."""
        for name in (item.name for item in fields(self)):
            value = getattr(self, name)
            if isinstance(value, Secret) and value:
                yield name, value
        if self.request_token:
            yield "password", self.request_token.password


@dataclass(frozen=True, slots=True)
class Claims:
    """What the target offers: its implementation conformance statement."""

    authentication: bool = True
    methods: tuple[str, ...] = ("GET", "POST")
    post: Post = "form"
    statuses: tuple[str, ...] = ("ongoing", "next", "last", "ongoing,next")
    types: tuple[str, ...] = ("manualRecord",)
    unmark: bool = True


@dataclass(frozen=True, slots=True)
class ArrangedCall:
    """A call that the tester placed before the run.

    Attributes:
        call_id: the recorder's ID of it; empty if the tester does not know it.
        calling_party: who made it.
        called_party: who got it.
        state: ongoing until the run is over, or finished.
        start_time: when it began, if that is known.
        end_time: when it ended, if it is finished.
        recording: as in a call.
        kept: the on-demand mark before the run.
        recording_active: whether it is being recorded before the run.
        expendable: whether a test may leave it marked.
    """

    call_id: str
    calling_party: str
    called_party: str
    state: ArrangedState
    start_time: datetime | None = None
    end_time: datetime | None = None
    recording: Recording = "on-demand"
    kept: bool = False
    recording_active: bool = False
    expendable: bool = False


@dataclass(frozen=True, slots=True)
class LabSettings:
    """Where calls come from.

    Attributes:
        kind: `none` if the profile has no lab.
        url: of the lab control protocol; `http` alone.
        command: the program and its arguments; `command` alone.
        folder: of the profile, in which the program runs; `command` alone.
        stays: whether the program is started once, and not for each action; `command` alone.
        environment: variables that the program gets although they are ours or hold a secret; `command` alone.
        withheld: variables that the profile reads secrets from, which the program does not get; `command` alone.
        timeout: seconds that the lab may take for one call; `http` and `command`.
        calls: what is there before the run; `static` alone.
        numbers_without_calls: numbers that are known to have none; `static` alone.
        no_other_calls: whether the recorder has no calls but these, so that any number may be asked for; `static`.
        read_back: the base address at which `GET /calls/<callID>` shows a call as it is now; `static`, may be empty.
    """

    kind: LabKind = "none"
    url: str = ""
    command: tuple[str, ...] = ()
    folder: Path = Path()
    stays: bool = False
    environment: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    timeout: float = 10.0
    calls: tuple[ArrangedCall, ...] = ()
    numbers_without_calls: tuple[str, ...] = ()
    no_other_calls: bool = False
    read_back: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the suite allows the target, and itself.

    Attributes:
        timeout: seconds for a whole answer.
        requests_per_second: 0 for no limit.
        max_body: bytes of an answer after decompression.
        ca_file: certificate authorities to trust; empty for the system's.
        next_wait: seconds to wait for what `status=next` does: its minute, and some for the way.
        lockout_wait: seconds in all that a run may wait for a target that locks it out after wrong credentials.
    """

    timeout: float = 10.0
    requests_per_second: float = 0.0
    max_body: int = 1_048_576
    ca_file: str = ""
    next_wait: float = 75.0
    lockout_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """One server under test."""

    name: str
    url: str
    credentials: Credentials
    claims: Claims = field(default_factory=Claims)
    lab: LabSettings = field(default_factory=LabSettings)
    limits: Limits = field(default_factory=Limits)

    def secrets(self) -> dict[str, Secret]:
        """Every secret that the profile gives, by the name of the variable that stands for it."""
        return {f"KEEPCALL_{name.upper()}": secret for name, secret in self.credentials.given()}

    def configuration(self) -> Mapping[str, object]:
        """The profile for a report, as JSON has it: no secrets, and no paths of the tester's machine."""
        requested = self.credentials.request_token
        return {
            "name": self.name,
            "url": self.url,
            "credentials": [name for name, _ in self.credentials.given()],
            "request_token": requested.send if requested else "",
            "claims": asdict(self.claims) | _lists(self.claims),
            "lab": {
                "kind": self.lab.kind,
                "url": self.lab.url,
                "command": Path(self.lab.command[0]).name if self.lab.command else "",
                "calls": len(self.lab.calls),
                "timeout": self.lab.timeout,
            },
            "limits": asdict(self.limits) | {"ca_file": Path(self.limits.ca_file).name},
        }


def _lists(claims: Claims) -> dict[str, list[str]]:
    return {name: list(getattr(claims, name)) for name in ("methods", "statuses", "types")}
