"""`keepcall init`: a new profile, by asking, or by flags where nobody is there to answer."""

import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from keepcall.contract import shell
from keepcall.errors import FileError, UsageError
from keepcall.report.verdict import Exit
from keepcall.run.config import profile
from keepcall.run.config.profile_template import Access, Lab, ProfileAnswers, written

Ask = Callable[[str, str], str]
"""Asks a question, and gives the answer, or this where there is none."""

_PARTS = 3
_LABS = "http: its lab control protocol; command: a program; static: calls that are there; none"


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Writes a commented profile of a target. It asks for what no option says; with --yes it takes what it would "
        "propose. Secrets are not asked for: a profile names the variables that hold them, which are "
        "KEEPCALL_API_KEY and KEEPCALL_TOKEN where nothing else is said."
    )
    parser.add_argument("file", nargs="?", type=Path, default=Path("target.toml"), metavar="FILE", help="target.toml")
    parser.add_argument("--url", metavar="URL", help="the address of the API")
    parser.add_argument("--name", metavar="TEXT", help="what reports call it")
    parser.add_argument("--access", choices=get_args(Access), help="a token in a variable, a login, or none needed")
    parser.add_argument("--api-key-env", metavar="NAME", help="the variable with the API key")
    parser.add_argument("--token-env", metavar="NAME", help="the variable with the token")
    parser.add_argument("--user", metavar="TEXT", help="who asks for a token (--access login)")
    parser.add_argument("--password-env", metavar="NAME", help="the variable with the user's password")
    parser.add_argument("--send", choices=("basic", "parameters"), help="how user and password are sent")
    parser.add_argument("--methods", nargs="+", choices=("GET", "POST"), help="the methods that it takes")
    parser.add_argument("--post", choices=("form", "query", "mixed"), help="where a POST has its parameters")
    parser.add_argument("--statuses", nargs="*", choices=("ongoing", "next", "last", "ongoing,next"), help="it knows")
    parser.add_argument("--no-manual-record", action="store_true", help="it has no controlled recording")
    parser.add_argument("--no-unmark", action="store_true", help="it cannot unmark")
    parser.add_argument("--lab", choices=get_args(Lab), help=_LABS)
    parser.add_argument("--lab-url", metavar="URL", help="of the lab control protocol")
    parser.add_argument("--lab-command", metavar="WORDS", help="the program that places calls, with its arguments")
    parser.add_argument("--call", metavar="CALLING:CALLED[:CALLID]", nargs="+", help="ongoing calls (--lab static)")
    parser.add_argument("--rate", type=float, metavar="N", help="requests a second at the most; 0 for no limit")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def main(arguments: Namespace) -> int:
    """The exit code: 0 where the file was written.

    Raises:
        UsageError: when an answer is wrong or missing.
        FileError: when the file is there already, or cannot be written.
    """
    path: Path = arguments.file
    if path.exists() and not arguments.force:
        raise FileError(path, "it is there already", "Name another file, or say --force.")
    draft = drafted(arguments, _proposed if arguments.yes else _asked)
    text = written(draft)
    profile.from_text(str(path), text, path.parent, dict.fromkeys(draft.variables(), "any"))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(path, f"it cannot be written: {error.strerror}", "Name another file.") from None
    file = shell.path(path)
    sys.stdout.write(
        f"{path} is written. Set {' and '.join(dict.fromkeys(draft.variables()))}, then:\n"
        f"  keepcall check {file}\n  keepcall plan {file}\n  keepcall run --target {file}\n"
    )
    return Exit.CONFORMANT


def _proposed(question: str, proposal: str) -> str:
    del question
    return proposal


def _asked(question: str, proposal: str) -> str:
    sys.stdout.write(f"{question}{f' [{proposal}]' if proposal else ''}: ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise UsageError("there is nobody to answer", "Give all answers by options, or say --yes; see --help.")
    return line.strip() or proposal


def drafted(given: Namespace, ask: Ask) -> ProfileAnswers:
    """What the options say, and what is answered to the rest.

    Raises:
        UsageError: when an answer is wrong or missing.
    """
    url = given.url or ask("Address of the API, such as https://recorder.example/verba/api", "")
    if not url:
        raise UsageError("no address was given", "Say --url.")
    draft = ProfileAnswers(url, given.name if given.name is not None else ask("Name in reports", ""))
    draft = replace(draft, api_key=given.api_key_env or ask("Variable with the API key", draft.api_key))
    draft = _with_access(draft, given, ask)
    draft = replace(
        draft,
        methods=tuple(given.methods or _words(ask("Methods that it takes", "GET POST"), "GET", "POST")),
        post=given.post
        or _one(ask("Where a POST has its parameters: form, query, mixed", "form"), "form", "query", "mixed"),
        statuses=tuple(given.statuses) if given.statuses is not None else _statuses(ask, draft),
        manual_record=not given.no_manual_record and _yes(ask("Does it know type=manualRecord?", "yes")),
        unmark=not given.no_unmark and _yes(ask("Does it know unmark?", "yes")),
    )
    draft = _with_lab(draft, given, ask)
    rate = given.rate if given.rate is not None else _number(ask("Requests a second at the most (0: no limit)", "0"))
    return replace(draft, rate=rate)


def _statuses(ask: Ask, draft: ProfileAnswers) -> tuple[str, ...]:
    return _words(ask("Values of status that it knows", " ".join(draft.statuses)), *ProfileAnswers("").statuses)


def _with_access(draft: ProfileAnswers, given: Namespace, ask: Ask) -> ProfileAnswers:
    asked = given.access or ask("Access: token (in a variable), login (the suite asks for tokens), none", "token")
    access = cast("Access", _one(asked, *get_args(Access)))
    draft = replace(draft, access=access)
    if access == "token":
        return replace(draft, token=given.token_env or ask("Variable with the token", draft.token))
    if access == "none":
        return draft
    user = given.user or ask("User who asks for tokens", "")
    if not user:
        raise UsageError("no user was given", "Say --user.")
    send = given.send or _one(
        ask("How user and password are sent: basic, parameters", "basic"), "basic", "parameters"
    )
    password = given.password_env or ask("Variable with the password", draft.password)
    return replace(draft, user=user, password=password, send=send)


def _with_lab(draft: ProfileAnswers, given: Namespace, ask: Ask) -> ProfileAnswers:
    proposal = "http" if given.lab_url else "command" if given.lab_command else "static" if given.call else "none"
    lab = cast("Lab", _one(given.lab or ask(f"Lab ({_LABS})", proposal), *get_args(Lab)))
    draft = replace(draft, lab=lab)
    match lab:
        case "http":
            return replace(draft, lab_url=given.lab_url or ask("Address of the lab control protocol", ""))
        case "command":
            words = given.lab_command or ask("Program that places calls, with its arguments", "")
            return replace(draft, lab_command=tuple(shlex.split(words)))
        case "static":
            calls = given.call or ask("Ongoing calls, each as CALLING:CALLED:CALLID", "").split()
            return replace(draft, calls=tuple(map(_call, calls)))
        case _:
            return draft


def _call(text: str) -> tuple[str, str, str]:
    parts = text.split(":")
    if not 1 < len(parts) <= _PARTS or not all(parts[:2]):
        raise UsageError(f"{text!r} is no call", "Write a call as CALLING:CALLED or CALLING:CALLED:CALLID.")
    return parts[0], parts[1], parts[2] if len(parts) == _PARTS else ""


def _one(answer: str, *allowed: str) -> str:
    if answer not in allowed:
        raise UsageError(f"{answer!r} is no answer to that", f"Answer one of {', '.join(allowed)}.")
    return answer


def _words(answer: str, *allowed: str) -> tuple[str, ...]:
    return tuple(_one(word, *allowed) for word in answer.split())


def _yes(answer: str) -> bool:
    return _one(answer.lower(), "yes", "no", "y", "n").startswith("y")


def _number(answer: str) -> float:
    try:
        return float(answer)
    except ValueError:
        raise UsageError(f"{answer!r} is no number", "Answer a number, such as 5.") from None
