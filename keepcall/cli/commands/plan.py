"""`keepcall plan`: what a run would send, before anything is sent."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from keepcall.cases.engine.lockout import GENTLE
from keepcall.cases.generation.budget import EXAMPLES, MOST_TRIES, Budget, any_seed
from keepcall.cli.arguments import add_target, positive, target_of, whole
from keepcall.client.route import route_of
from keepcall.contract import requirements, shell
from keepcall.contract.target import Target
from keepcall.errors import InternalError
from keepcall.report.render.terminal import console, say
from keepcall.report.verdict import Exit
from keepcall.run.dry_run import DryRun, dry_run
from keepcall.run.reference import embedded_target

_SEARCHES = 4
"""Tests that make a counter-example smaller where they find one: any input, three times, and any sequence."""

_NOT_ASKED = (
    "its program was not started, so what it offers is not known: the plan takes it to do everything, and where it "
    "does not, less is sent; `keepcall check` starts it and asks"
)
_REQUESTS_OF_A_TRY = 12
_SOME = 12
_GENTLY = f"; a target may lock out whoever sends so many: --gentle allows {GENTLE}"


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Tells how many requests a run sends, how many of them may change a call, at what rate, for how long and "
        "touching which numbers. It makes a dry run on the embedded reference server; the target gets nothing, and "
        "the program of a command lab is not started."
    )
    parser.add_argument("profile", nargs="?", type=Path, metavar="PROFILE", help="the target's profile")
    add_target(parser)
    parser.add_argument("--only", metavar="ID", nargs="+", action="extend", default=[], help="of these requirements")
    parser.add_argument("--seed", type=whole, metavar="N", help="of a run with this seed")
    parser.add_argument(
        "--examples", type=positive, metavar="N", default=EXAMPLES, help="of a run that draws so many"
    )
    parser.add_argument("--no-observations", action="store_true", help="of a run without observations")
    parser.add_argument("--read-only", action="store_true", help="of a run that changes no call")
    parser.add_argument("--gentle", action="store_true", help="of a run that sends few wrong keys and tokens")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def main(arguments: Namespace) -> int:
    """The exit code: 0 for a plan.

    Raises:
        UsageError: naming what is wrong.
    """
    arguments.target = arguments.target or arguments.profile
    only = requirements.load().select(arguments.only)
    budget = Budget(any_seed() if arguments.seed is None else arguments.seed, arguments.examples)
    target = target_of(arguments)
    if target is None:
        with embedded_target() as embedded:
            target = embedded
    route_of(target)
    dry = dry_run(
        target,
        budget,
        only=only,
        observing="no" if arguments.no_observations or arguments.read_only else "",
        read_only=arguments.read_only,
        gentle=GENTLE if arguments.gentle else 0,
    )
    if dry.problems:
        raise InternalError("the dry run of the suites failed: " + "; ".join(dry.problems))
    plan = plan_of(target, budget, dry)
    told = (
        json.dumps(plan.as_json(), indent=1) if arguments.json else plan.in_words(_repeated(arguments, budget, plan))
    )
    say(console(), told)
    return Exit.CONFORMANT


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run sends.

    Attributes:
        target: to whom.
        requests: how many, where the target answers as the contract says.
        at_most: how many where it does not; requests that a busy target has asked to be sent again aside.
        changing: how many of them change a call, by what they ask for.
        tokens: how many of them ask for a token.
        wrong: how many of them have a wrong or missing key or token.
        calls: how many calls the lab is asked for.
        profile_numbers: the profile's own numbers that are named.
        other_numbers: how many other numbers are named: made up, or looking like one.
    """

    target: Target
    requests: int
    at_most: int
    changing: dict[str, int]
    tokens: int
    wrong: int
    calls: int
    profile_numbers: tuple[str, ...]
    other_numbers: int

    @property
    def seconds(self) -> float:
        """At least so long, by the profile's limit; 0 where it has none."""
        rate = self.target.limits.requests_per_second
        return self.requests / rate if rate else 0.0

    @property
    def _gently(self) -> str:
        return _GENTLY if self.wrong > GENTLE else ""

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "requests": self.requests,
            "at_most": self.at_most,
            "changing": self.changing,
            "tokens": self.tokens,
            "wrong_credentials": self.wrong,
            "calls": self.calls,
            **({"lab": _NOT_ASKED} if self.target.lab.kind == "command" else {}),
            "numbers": {"profile": list(self.profile_numbers), "other": self.other_numbers},
            "requests_per_second": self.target.limits.requests_per_second,
            "seconds_at_least": round(self.seconds, 1),
        }

    def in_words(self, command: str) -> str:
        """For people."""
        changing = sum(self.changing.values())
        what = ", ".join(f"{number} {name}" for name, number in sorted(self.changing.items())) or "none"
        rate = self.target.limits.requests_per_second
        named = self.profile_numbers
        some = ", ".join(named[:_SOME]) + (f" and {len(named) - _SOME} more" if len(named) > _SOME else "")
        lines = {
            "requests": f"{self.requests}; at most {self.at_most} where something fails and is made smaller",
            "change a call": f"{changing} ({what})",
            "ask for a token": str(self.tokens),
            "wrong keys": f"{self.wrong} with a wrong or missing key or token, sent last{self._gently}",
            "calls placed": f"{self.calls}, each removed again" if self.calls else "none",
            **({"lab": _NOT_ASKED} if self.target.lab.kind == "command" else {}),
            "rate": f"at most {rate:g} a second" if rate else "no limit: limits.requests_per_second sets one",
            "duration": (
                f"at least {self.seconds:.0f} s" if rate else f"about {self.requests / 10:.0f} s at 0.1 s an answer"
            ),
            "numbers": f"of the profile: {some or 'none'}; others, made up for the run: {self.other_numbers}",
        }
        return "\n".join(
            [
                f"plan for {self.target.name} at {self.target.url}; nothing was sent there",
                "",
                *(f"{name:<17}{text}" for name, text in lines.items()),
                "",
                "A target that asks for it (429, 503 with Retry-After) gets a request up to 3 times more, later.",
                f"A run that keeps to it:  {command}",
            ]
        )


def plan_of(target: Target, budget: Budget, dry: DryRun) -> Plan:
    """The plan, from what came of a dry run."""
    traffic = dry.traffic
    of_profile = {number for call in target.lab.calls for number in (call.calling_party, call.called_party)}
    of_profile |= set(target.lab.numbers_without_calls)
    searched = any(result.requirement.startswith("KC-ANY") for result in dry.results) and budget.examples > 0
    more = _SEARCHES * MOST_TRIES * _REQUESTS_OF_A_TRY if searched else 0
    return Plan(
        target=target,
        requests=traffic.sent,
        at_most=traffic.sent + more,
        changing=dict(traffic.granted),
        tokens=traffic.tokens,
        wrong=traffic.wrong,
        calls=traffic.placed,
        profile_numbers=tuple(sorted(of_profile & traffic.numbers.keys())),
        other_numbers=len(traffic.numbers.keys() - of_profile),
    )


def _repeated(arguments: Namespace, budget: Budget, plan: Plan) -> str:
    """The command line of the run that was planned."""
    words = ["keepcall", "run"]
    if arguments.target:
        words += ["--target", shell.path(arguments.target)]
    if arguments.url:
        words += ["--url", shell.quoted(arguments.url)]
        words += ["--token", "''"] if arguments.token == "" else []
        words += ["--lab", shell.quoted(arguments.lab)] if arguments.lab else []
    words += ["--only", *map(shell.quoted, arguments.only)] if arguments.only else []
    words += ["--seed", str(budget.seed)]
    words += ["--examples", str(budget.examples)] if budget.examples != EXAMPLES else []
    words += ["--no-observations"] if arguments.no_observations else []
    words += ["--read-only"] if arguments.read_only else []
    words += ["--gentle"] if arguments.gentle else []
    return " ".join([*words, "--max-requests", str(plan.at_most)])
