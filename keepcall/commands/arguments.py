"""Arguments that several commands take, and the kinds of values that they hold."""

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from keepcall import profile
from keepcall.errors import UsageError
from keepcall.target import Target

_HIGHEST_PORT = 65535


def add_target(parser: ArgumentParser) -> None:
    """Lets the command take a target, by its profile or by its address."""
    parser.add_argument("--target", type=Path, metavar="PROFILE.toml", help="the target's profile")
    parser.add_argument("--url", metavar="URL", help="a target without a profile: the address of its API")
    parser.add_argument("--api-key", metavar="KEY", default="", help="its API key")
    parser.add_argument("--token", metavar="TOKEN", default="", help="its token; without one, none is sent")
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
        return profile.from_options(arguments.url, arguments.api_key, arguments.token, arguments.lab)
    return None


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
