"""Arguments that several commands take, and the kinds of values that they hold."""

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from keepcall.contract.target import Target
from keepcall.errors import Problem, ProfileError, UsageError
from keepcall.run.config import profile, profile_sources
from keepcall.run.config.profile_sources import Source

_HIGHEST_PORT = 65535

KEY, TOKEN = "KEEPCALL_API_KEY", "KEEPCALL_TOKEN"
"""The variables that stand in for --api-key and --token: all users of a machine can see a command line."""


def add_target(parser: ArgumentParser) -> None:
    """Lets the command take a target, by its profile or by its address."""
    parser.add_argument("--target", type=Path, metavar="PROFILE.toml", help="the target's profile")
    parser.add_argument("--url", metavar="URL", help="a target without a profile: the address of its API")
    parser.add_argument("--api-key", metavar="KEY", help=f"its API key; better: ${KEY}, which no process list shows")
    parser.add_argument("--token", metavar="TOKEN", help=f"its token; better: ${TOKEN}; without either, none is sent")
    parser.add_argument("--lab", metavar="URL", default="", help="its lab control protocol")


def target_of(arguments: Namespace) -> Target | None:
    """The target that the command line names; None for the embedded reference server.

    Raises:
        UsageError: naming what is wrong.
    """
    if arguments.target and arguments.url:
        raise UsageError("--target and --url were both given", "Name the target once.")
    for needless in ("api_key", "token", "lab"):
        if getattr(arguments, needless) and not arguments.url:
            raise UsageError(f"--{needless.replace('_', '-')} goes with --url", "With a profile, put it there.")
    if arguments.target:
        return profile.load(arguments.target, os.environ)
    if arguments.url:
        return _by_address(arguments, os.environ)
    return None


def sources(arguments: Namespace) -> tuple[Source, ...]:
    """What the named target takes from this machine."""
    if arguments.target:
        return profile_sources.of_profile(arguments.target)
    options = (("--api-key", arguments.api_key, KEY), ("--token", arguments.token, TOKEN)) if arguments.url else ()
    return tuple(
        Source("reads", f"the variable {variable}", option)
        for option, given, variable in options
        if given is None and variable in os.environ
    )


def _by_address(arguments: Namespace, environ: Mapping[str, str]) -> Target:
    """The target at --url; an option goes before its variable, and an empty one says that there is none."""
    key, token = (
        environ.get(variable, "") if given is None else given
        for given, variable in ((arguments.api_key, KEY), (arguments.token, TOKEN))
    )
    try:
        return profile.from_options(arguments.url, key, token, arguments.lab)
    except ProfileError as error:
        problems = [_of_variable(arguments, problem, environ) for problem in error.problems]
        raise ProfileError(error.source, problems) from None


def _of_variable(arguments: Namespace, problem: Problem, environ: Mapping[str, str]) -> Problem:
    """What is wrong with an option that was not given is wrong with its variable, or nothing was given at all."""
    for option, given, variable in (("--api-key", arguments.api_key, KEY), ("--token", arguments.token, TOKEN)):
        if problem.place == option and given is None:
            if variable in environ:
                return replace(problem, place=f"${variable}")
            return replace(problem, found=f"nothing, and no variable {variable}")
    return problem


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def whole(text: str) -> int:
    """A whole number."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def port(text: str) -> int:
    """A TCP port."""
    if not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise ArgumentTypeError(f"{text!r} is no port (0 to {_HIGHEST_PORT})")
    return int(text)
