"""Puts a run together: client, lab, tokens and recorder for one target; and finds out whether a run makes sense."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from keepcall.cases.engine.answer_shape import looks
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.intermediaries import stands_between, unanswered
from keepcall.cases.engine.lockout import Trail, says_granted
from keepcall.cases.properties.durability import witnessed
from keepcall.cases.situations.denied import NO_GUID
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.client.client import Client, ClientSettings
from keepcall.client.quota import RequestQuota
from keepcall.client.tokens import TokenSource
from keepcall.client.wait_budget import most
from keepcall.contract.call import Number, ongoing
from keepcall.contract.claims import completed
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Inconclusive, NotTested, Outcome
from keepcall.contract.outlet import Outlet
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import METHODS, Method, Request, keep
from keepcall.contract.target import Target
from keepcall.errors import LabError
from keepcall.expect.decision import decision_of
from keepcall.lab.absent import AbsentLab
from keepcall.lab.command_lab import CommandLab
from keepcall.lab.http_lab import HttpLab
from keepcall.lab.interface import Lab
from keepcall.lab.marks import Said, SendToTarget
from keepcall.lab.placing import ImaginaryLab
from keepcall.lab.program import Program
from keepcall.lab.resident_program import program_of
from keepcall.lab.static_lab import StaticLab
from keepcall.shutdown import SHUTDOWN


@dataclass(frozen=True, slots=True)
class Harness:
    """Everything that a run needs.

    Attributes:
        driver: executes situations on the target.
        obstacle: why no request under test would prove anything; empty where there is no such reason.
        left: what the lab could not put back, a sentence each; known when the bench has been taken down.
        probes: the exchanges by which the obstacle was found.
    """

    driver: Driver
    obstacle: str = ""
    left: Sequence[str] = ()
    probes: tuple[Exchange, ...] = ()

    def begin(self, test_id: str) -> None:
        """Makes the recorder ready for a test.

        Raises:
            Inconclusive: when no request under test would prove anything.
        """
        self.driver.begin(test_id)
        if self.obstacle:
            self.driver.seen += self.probes
            raise Inconclusive(self.obstacle)


@contextmanager
def harness(
    target: Target,
    *,
    workers: int = 1,
    lab: Lab | None = None,
    tally: RequestQuota | None = None,
    read_only: bool = False,
    look: bool = True,
    program: Program | None = None,
    trail: Trail | None = None,
) -> Iterator[Harness]:
    """A bench for the target, taken down at the end.

    Args:
        target: what the profile says.
        workers: how many share the target's `requests_per_second`; none where nobody has to be gentle with it.
        lab: instead of the one in the profile.
        tally: counts the requests.
        read_only: whether nothing is sent that the contract lets change a call.
        look: whether to find out first whether any request would prove something.
        program: instead of the one that the profile names.
        trail: counts the requests with wrong credentials.

    Raises:
        UsageError: when the way to the target cannot be used on our side, or the target gives no token.
    """
    left: list[str] = []
    redactor = redactor_of(target)
    outlet = Outlet(redactor)
    with outlet.guarding(), ExitStack() as stack:
        stack.callback(lambda: left.__setitem__(slice(None), map(outlet.line, left)))  # when all have told
        client = Client(settings_of(target, workers), redactor, tally)
        stack.callback(client.close)
        tokens = TokenSource(target, redactor, tally=client.tally)
        if lab is None:
            lab = lab_of(target, _asking(target, client, tokens), outlet, program)
            stack.callback(_closing, lab, left)
        if read_only:
            lab = ImaginaryLab()
        if isinstance(lab, StaticLab | CommandLab):
            client.listeners.append(_telling(lab))
        driver = Driver(target, client, lab, tokens, read_only=read_only, trail=trail or Trail())
        reason = obstacle(driver) if look else ""
        if look and not reason:
            stack.enter_context(witnessed(driver, left))
        yield Harness(driver, reason, left, tuple(driver.seen))


def _closing(lab: Lab, left: list[str]) -> None:
    """Closes the lab, also when the run was ended before its time."""
    with SHUTDOWN.lifted():
        left.extend(lab.close())


def _asking(target: Target, client: Client, tokens: TokenSource) -> SendToTarget:
    """How a lab asks the target to set a mark."""

    def ask(request: Request) -> Said:
        return _said(client.send(completed(request, target, tokens.current()), "the lab"))

    return ask


def _telling(lab: StaticLab | CommandLab) -> Callable[[Exchange], None]:
    """Tells the lab of each request that may have set a mark."""
    return lambda exchange: lab.hear(exchange.request, _said(exchange))


def _said(exchange: Exchange) -> Said:
    return "nothing" if isinstance(exchange.result, NoAnswer) else decision_of(exchange)


def redactor_of(target: Target) -> Redactor:
    """Takes the secrets of a profile out of what is told."""
    secrets = {name: secret.reveal() for name, secret in target.secrets().items()}
    wanted = target.credentials.request_token
    return Redactor(secrets, [(wanted.user, wanted.password.reveal())] if wanted else [])


def settings_of(target: Target, workers: int) -> ClientSettings:
    """What the client has to know."""
    limits = target.limits
    return ClientSettings(
        url=target.url,
        place=target.claims.post,
        timeout=limits.timeout,
        max_body=limits.max_body,
        ca_file=limits.ca_file,
        interval=workers / limits.requests_per_second if limits.requests_per_second else 0.0,
        in_vain=most(limits.timeout, limits.next_wait),
    )


def lab_of(
    target: Target, ask: SendToTarget | None = None, outlet: Outlet | None = None, program: Program | None = None
) -> Lab:
    """The lab that the profile names.

    Args:
        target: the profile.
        ask: sends what a lab without any other way to set a mark needs sent.
        outlet: takes secrets out of what a program says.
        program: instead of the one that the profile names.
    """
    settings, limits = target.lab, target.limits
    match settings.kind:
        case "http":
            return HttpLab(settings.url, settings.timeout, limits.ca_file)
        case "static":
            reader = HttpLab(settings.read_back, settings.timeout, limits.ca_file) if settings.read_back else None
            return StaticLab(settings, target.claims, ask, reader.read if reader else None)
        case "command":
            return CommandLab(program or program_of(settings, outlet), target.claims, ask)
        case "none":
            return AbsentLab()


def obstacle(driver: Driver) -> str:
    """Why no request would prove anything: the target is not there, or does not know the credentials.

    A wrong key and a server that refuses everything look alike, but for one thing: with a wrong key, or a wrong
    token, the answer to it is the one to a key or token that nobody has. An answer that says that the call cannot
    be found is about the call.
    """
    driver.test_id = "is the target there"
    try:
        with driver.setup(KEEP) as setup:
            number = setup.number(ongoing())
            kinds = [*([_by_call_id] if number.call.identified else []), by_extension]
            methods = [method for method in METHODS if method in driver.target.claims.methods]
            plain = [partial(_by, kind, method) for kind in kinds for method in methods]
            return _obstacle(driver, [kind(number) for kind in plain], plain)
    except NotTested:
        return _obstacle(driver, [])
    except Inconclusive as outcome:
        return outcome.reason
    except (LabError, Outcome):
        return ""  # each test will say so itself


def _by_call_id(number: Number) -> Request:
    return by_call_id(number.call)


def _by(kind: Callable[[Number], Request], method: Method, number: Number) -> Request:
    return kind(number).by(method)


def _obstacle(driver: Driver, requests: list[Request], kinds: Sequence[Callable[[Number], Request]] = ()) -> str:
    """By requests that must be granted; without a lab there are none, and only whether it is there can be seen."""
    url = driver.target.url
    unknown = driver.complete(keep(callID=NO_GUID))
    answers = [_send(driver, request) for request in requests or [unknown]]
    troubles = [answer for answer in answers if isinstance(answer.result, NoAnswer)]
    if len(troubles) == len(answers):
        driver.repeat(troubles[0])
        return unanswered(troubles[0], driver.client.route)
    between = [stands_between(answer, driver.client.route) for answer in answers]
    if all(between):
        return f"{url} {between[0]}"
    driver.plain = next((kind for kind, answer in zip(kinds, answers, strict=False) if says_granted(answer)), None)
    if not requests or troubles or driver.plain:
        return ""
    spoiled = [driver.complete(requests[0]).given(**{name: NO_GUID}) for name in ("apiKey", "token")]
    nobodys = [driver.renewal.send(request, driver.test_id) for request in spoiled]
    ours = looks(answers[0])
    if ours and ours in map(looks, nobodys):
        return (
            f"{url} answers the API key and token of the profile as it answers ones that nobody has: "
            f"{answers[0].answer_text()} — check the credentials, and that the lab belongs to this target"
        )
    return ""


def _send(driver: Driver, request: Request) -> Exchange:
    exchange = driver.client.send(driver.complete(request), driver.test_id)
    driver.seen.append(exchange)
    return exchange
