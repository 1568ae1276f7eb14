"""A new profile as text, with a comment on each key: from answers to TOML. Pure functions."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Access = Literal["token", "login", "none"]
Lab = Literal["http", "static", "command", "none"]


@dataclass(frozen=True, slots=True)
class ProfileAnswers:
    """What somebody says of a server; secrets only by the names of the variables that hold them.

    Attributes:
        url: the address of its API.
        name: what reports call it; empty for its host.
        api_key: the variable with the API key.
        access: how a token comes about.
        token: the variable with the token.
        user: who asks for a token.
        password: the variable with the user's password.
        send: how user and password are sent.
        methods: the methods that it takes.
        post: where a POST has its parameters.
        statuses: the values of `status` that it knows.
        manual_record: whether it has controlled recording.
        unmark: whether it can unmark.
        lab: where calls come from.
        lab_url: of the lab control protocol.
        lab_command: the program and its arguments.
        calls: calls that are there, each as calling party, called party and callID.
        rate: requests a second at the most; 0 for no limit.
    """

    url: str
    name: str = ""
    api_key: str = "KEEPCALL_API_KEY"
    access: Access = "token"
    token: str = "KEEPCALL_TOKEN"  # noqa: S105 - the name of a variable
    user: str = ""
    password: str = "KEEPCALL_PASSWORD"  # noqa: S105 - the name of a variable
    send: str = "basic"
    methods: tuple[str, ...] = ("GET", "POST")
    post: str = "form"
    statuses: tuple[str, ...] = ("ongoing", "next", "last", "ongoing,next")
    manual_record: bool = True
    unmark: bool = True
    lab: Lab = "http"
    lab_url: str = ""
    lab_command: tuple[str, ...] = ()
    calls: tuple[tuple[str, str, str], ...] = ()
    rate: float = 0.0

    def variables(self) -> tuple[str, ...]:
        """The variables that have to be set before a run."""
        access = {"token": (self.token,), "login": (self.password,), "none": ()}[self.access]
        return (self.api_key, *access)


def written(draft: ProfileAnswers) -> str:
    """The profile."""
    lines = [*_head(draft), *_credentials(draft), *_claims(draft), *_lab(draft), *_limits(draft)]
    return "\n".join(lines) + "\n"


def _head(draft: ProfileAnswers) -> Iterable[str]:
    yield "# A target profile: how to reach a server under test, what it offers, and how calls get there."
    yield "# `keepcall check FILE` sees whether it is ready, `keepcall plan FILE` tells what a run would send."
    yield ""
    yield _line("name", _text(draft.name), "what reports call it") if draft.name else '# name = "…"'
    yield _line("url", _text(draft.url), "without ?action=…: the suite adds the parameters")


def _credentials(draft: ProfileAnswers) -> Iterable[str]:
    yield ""
    yield '# No secret stands here: each is taken from the environment, or, with { file = "path" }, from a file.'
    yield "[credentials]"
    yield f"api_key = {_variable(draft.api_key)}"
    if draft.access == "token":
        yield _line("token", _variable(draft.token), "lives for an hour, so a long run needs request_token instead")
    yield '# expired_token = { env = "KEEPCALL_EXPIRED_TOKEN" }   # one that was valid once: for KC-AUTH-05'
    yield '# open_api_key = { env = "KEEPCALL_OPEN_API_KEY" }     # a key that needs no token: for KC-AUTH-06'
    yield '# other_api_key = { env = "KEEPCALL_OTHER_API_KEY" }   # another key, and its token: for KC-AUTH-07'
    yield '# other_token = { env = "KEEPCALL_OTHER_TOKEN" }'
    if draft.access == "login":
        yield ""
        yield "[credentials.request_token]                 # a run asks for a token, and for the next in time"
        yield f"user = {_text(draft.user)}"
        yield f"password = {_variable(draft.password)}"
        yield _line("send", _text(draft.send), 'HTTP Basic; or "parameters": userName and password')


def _claims(draft: ProfileAnswers) -> Iterable[str]:
    yield ""
    yield "# What the server offers; what is not claimed is not demanded of it."
    yield "[claims]"
    yield _line("authentication", _truth(draft.access != "none"), "whether the key needs a token")
    yield f"methods = {_list(draft.methods)}"
    yield _line("post", _text(draft.post), "where a POST has its parameters: form, query or mixed")
    yield f"statuses = {_list(draft.statuses)}"
    yield _line(
        "types", _list(("manualRecord",) if draft.manual_record else ()), "[] if it has no controlled recording"
    )
    yield f"unmark = {_truth(draft.unmark)}"


def _lab(draft: ProfileAnswers) -> Iterable[str]:
    yield ""
    yield "# How calls get into the state that a test needs; without a lab nothing can be granted."
    match draft.lab:
        case "none":
            yield "# [lab]"
            yield '# kind = "http"                              # or "command", or "static"'
            yield '# url = "http://127.0.0.1:8080/lab"'
            return
        case "http":
            yield from ("[lab]", 'kind = "http"', f"url = {_text(draft.lab_url)}")
        case "command":
            yield from ("[lab]", 'kind = "command"')
            yield _line("command", _list(draft.lab_command), "runs in the folder of this file")
        case "static":
            yield from ("[lab]", 'kind = "static"')
            yield "numbers_without_calls = []                  # numbers that are known to have no call"
            for calling, called, call_id in draft.calls:
                yield "[[lab.calls.ongoing]]"
                yield from [f"callID = {_text(call_id)}"] if call_id else []
                yield f"callingParty = {_text(calling)}"
                yield f"calledParty = {_text(called)}"


def _limits(draft: ProfileAnswers) -> Iterable[str]:
    yield ""
    yield "[limits]"
    yield _line("timeout", "10", "seconds until an answer has to be complete")
    yield _line("requests_per_second", f"{draft.rate:g}", "0: as fast as the server answers")
    yield '# ca_file = "our-ca.pem"                      # certificates to trust instead of the system\'s'


def _line(key: str, value: str, comment: str) -> str:
    return f"{f'{key} = {value}':<44}# {comment}"


def _variable(name: str) -> str:
    return f"{{ env = {_text(name)} }}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _text(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON but for what lies beyond the first plane."""
    return re.sub("\x7f", r"\\u007f", json.dumps(text, ensure_ascii=False))
