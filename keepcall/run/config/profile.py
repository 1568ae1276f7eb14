"""From a profile, a TOML file, to a `Target`; or from the options that stand for one.

Whatever is wrong is named before the first request, all of it at once. No secret is in any message.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from keepcall.contract import schema_problems
from keepcall.contract.target import (
    ArrangedCall,
    Claims,
    Credentials,
    LabSettings,
    Limits,
    RequestToken,
    Secret,
    Target,
)
from keepcall.errors import Problem, ProfileError
from keepcall.run.config import toml_file

_REMEDY = "Name a target profile: a TOML file such as `fixtures/targets/example.toml`."
_URL = "an http or https URL with a host and without credentials, query or fragment"
_PASSWORD = "request_token.password"  # noqa: S105 - where it stands, not what it is

_SECRETS = ("api_key", "token", "expired_token", "open_api_key", "other_api_key", "other_token", _PASSWORD)

_OPTIONS = {"url": "--url", "credentials.api_key": "--api-key", "credentials.token": "--token", "lab.url": "--lab"}

_DIFFERENT = (
    ("expired_token", "token"),
    ("other_token", "token"),
    ("other_api_key", "api_key"),
)
"""Secrets that show nothing if they are the same; a key that needs no token may well be the open one, too."""


def load(path: Path, environ: Mapping[str, str]) -> Target:
    """The target that a profile describes.

    Raises:
        FileError: the profile cannot be read, or is no TOML.
        ProfileError: something in it is wrong.
    """
    return _target(str(path), toml_file.parsed(path, _REMEDY), path.parent, environ)


def from_text(source: str, text: str, folder: Path, environ: Mapping[str, str]) -> Target:
    """The target that a text describes, which is to become a profile in this folder.

    Raises:
        ProfileError: something in it is wrong.
    """
    return _target(source, tomllib.loads(text), folder, environ)


def from_options(url: str, api_key: str, token: str = "", lab: str = "") -> Target:
    """The target that the command line describes; an empty token or lab is none.

    Raises:
        ProfileError: an option is wrong.
    """
    credentials = {"api_key": api_key} | ({"token": token} if token else {})
    table = {"url": url, "credentials": credentials} | ({"lab": {"kind": "http", "url": lab}} if lab else {})
    try:
        return _target("the command line", table, Path(), {})
    except ProfileError as error:
        problems = [Problem(_OPTIONS.get(it.place, it.place), it.found, it.expected) for it in error.problems]
        raise ProfileError(error.source, problems) from None


def _target(source: str, table: Mapping[str, Any], folder: Path, environ: Mapping[str, str]) -> Target:
    table = toml_file.plain(table)
    secrets = dict[str, Secret]()
    problems = [
        *schema_problems.find(table, schema_problems.TARGET),
        *_unread_secrets(table, folder, environ, secrets),
        *_wrong_urls(table),
        *_wrong_credentials(table, secrets),
        *_wrong_files(table, folder),
        *_wrong_calls(table),
    ]
    if problems:
        raise ProfileError(source, problems)
    return Target(
        name=table.get("name") or urlsplit(table["url"]).netloc,
        url=table["url"],
        credentials=_credentials(table["credentials"], secrets),
        claims=_claims(table.get("claims", {}), table["credentials"]),
        lab=_lab(table.get("lab", {}), folder, _variables(table)),
        limits=_limits(table.get("limits", {}), folder),
    )


def _at(table: Mapping[str, Any], *keys: str) -> Any:
    """What stands at this place; None where nothing does, or where the way to it is no table."""
    at: Any = table
    for key in keys:
        at = at.get(key) if isinstance(at, Mapping) else None
    return at


def _unread_secrets(
    table: Mapping[str, Any], folder: Path, environ: Mapping[str, str], secrets: dict[str, Secret]
) -> Iterator[Problem]:
    """Fills in the secrets that can be had, and names the others. What is misshapen is the schema's business."""
    for name in _SECRETS:
        for where, text in _read_secret(_at(table, "credentials", *name.split(".")), folder, environ):
            if fault := _secret_fault(text):
                yield Problem(f"credentials.{name}", f"{where}, which {fault}", "a secret: one line with a text")
            else:
                secrets[name] = Secret(text or "")


def _read_secret(entry: object, folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Where the secret is, and its text if there is one."""
    match entry:
        case str(text) if text:
            yield "a text", text
        case {"env": str(variable), **more} if variable and not more:
            yield f"the variable {schema_problems.quoted(variable)}", environ.get(variable)
        case {"file": str(file), **more} if file and not more:
            yield f"the file {schema_problems.quoted(str(folder / file))}", _first_line(folder / file)


def _first_line(path: Path) -> str | None:
    """The whole file, without the line break at its end; what is not UTF-8 becomes what cannot be printed."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    except (OSError, ValueError):  # ValueError: a null character in the path
        return None
    return text.removesuffix("\n").removesuffix("\r")


def _secret_fault(text: str | None) -> str:
    if text is None:
        return "is not there or cannot be read"
    if not text:
        return "is empty"
    return "" if text.isprintable() else "has line breaks or other characters that cannot be printed"


def _wrong_urls(table: Mapping[str, Any]) -> Iterator[Problem]:
    for keys in (("url",), ("lab", "url"), ("lab", "read_back")):
        match _at(table, *keys):
            case str(url) if url and (faults := ", ".join(_url_faults(url))):
                yield Problem(".".join(keys), f"a text with {faults}", _URL)


def _url_faults(url: str) -> Iterator[str]:
    """What keeps a text from being the address of an API; none of it is quoted, since it may hold secrets."""
    if not url.isprintable() or " " in url:
        yield "white space or control characters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield "a malformed host or port"
        return
    if parts.scheme not in {"http", "https"}:
        yield "another scheme" if parts.scheme else "no scheme"
    if not host:
        yield "no host"
    if "@" in parts.netloc:
        yield "credentials"
    if "?" in url:
        yield "a query"
    if "#" in url:
        yield "a fragment"


def _wrong_credentials(table: Mapping[str, Any], secrets: Mapping[str, Secret]) -> Iterator[Problem]:
    given = _at(table, "credentials")
    if not isinstance(given, Mapping):
        return
    can_log_in = bool({"token", "request_token"} & given.keys())
    if "token" in given and "request_token" in given:
        yield Problem("credentials", "both token and request_token", "one of the two")
    if _at(table, "claims", "authentication") is True and not can_log_in:
        yield Problem("credentials", "neither token nor request_token", "one, as claims.authentication is true")
    for name, partner in (("other_api_key", "other_token"), ("other_token", "other_api_key")):
        if name in given and partner not in given:
            yield Problem(f"credentials.{partner}", "nothing", f"what goes with {name}")
    for name, twin in (*_DIFFERENT, *[("open_api_key", "api_key")] * can_log_in):
        if name in secrets and secrets[name] == secrets.get(twin):
            yield Problem(f"credentials.{name}", f"the same text as in {twin}", "a different one")


def _wrong_files(table: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    match _at(table, "limits", "ca_file"):
        case str(name) if name and not (folder / name).is_file():
            yield Problem(
                "limits.ca_file",
                f"no file {schema_problems.quoted(str(folder / name))}",
                "a PEM file of certificate authorities",
            )


def _wrong_calls(table: Mapping[str, Any]) -> Iterator[Problem]:
    ids, busy = set[str](), set[str]()
    reads_back = _at(table, "lab", "read_back") is not None
    for place, call in _arranged(table):
        busy |= {call.get("callingParty", ""), call.get("calledParty", "")}
        match call:
            case {"callID": str(call_id)}:
                if call_id.lower() in ids:
                    yield Problem(f"{place}.callID", "the ID of an earlier call", "an ID of its own")
                ids.add(call_id.lower())
            case {"callingParty": _} if reads_back and "callID" not in call:
                yield Problem(f"{place}.callID", "nothing", "its callID, by which lab.read_back finds it")
        match call:
            case {"startTime": str(start), "endTime": str(end)} if _is_later(start, end):
                yield Problem(f"{place}.startTime", f"{start}, after its endTime", "an earlier time")
    free = _at(table, "lab", "numbers_without_calls")
    for index, number in enumerate(free if isinstance(free, list) else []):
        if number in busy:
            yield Problem(f"lab.numbers_without_calls[{index}]", "a number of lab.calls", "one without any call")


def _arranged(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every call of a static lab, with its place; what is misshapen is the schema's business."""
    for state in ("ongoing", "finished"):
        calls = _at(table, "lab", "calls", state)
        for index, call in enumerate(calls if isinstance(calls, list) else []):
            texts = {} if not isinstance(call, Mapping) else {k: v for k, v in call.items() if isinstance(v, str)}
            yield f"lab.calls.{state}[{index}]", texts


def _is_later(one: str, other: str) -> bool:
    try:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


def _credentials(table: Mapping[str, Any], secrets: dict[str, Secret]) -> Credentials:
    requested = None
    if "request_token" in table:
        login = table["request_token"]
        requested = RequestToken(login["user"], secrets.pop(_PASSWORD), login.get("send", "basic"))
    return Credentials(**secrets, request_token=requested)


def _claims(table: Mapping[str, Any], credentials: Mapping[str, Any]) -> Claims:
    authentication = {"authentication": bool({"token", "request_token"} & credentials.keys())}
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return Claims(**{**authentication, **table, **lists})


def _variables(table: Mapping[str, Any]) -> Iterator[str]:
    """The names of the variables that secrets are read from."""
    for name in _SECRETS:
        match _at(table, "credentials", *name.split(".")):
            case {"env": str(variable)}:
                yield variable


def _lab(table: Mapping[str, Any], folder: Path, secret: Iterable[str]) -> LabSettings:
    calls = table.get("calls", {})
    read = {
        **table,
        "command": tuple(table.get("command", ())),
        "folder": folder if "command" in table else Path(),
        "environment": tuple(table.get("environment", ())),
        "withheld": tuple(sorted(secret)) if "command" in table else (),
        "calls": tuple(_call(call, state) for state in calls for call in calls[state]),
        "numbers_without_calls": tuple(table.get("numbers_without_calls", ())),
    }
    return LabSettings(**read)


def _call(table: Mapping[str, Any], state: Any) -> ArrangedCall:
    return ArrangedCall(
        call_id=table.get("callID", ""),
        calling_party=table["callingParty"],
        called_party=table["calledParty"],
        state=state,
        start_time=datetime.fromisoformat(table["startTime"]) if "startTime" in table else None,
        end_time=datetime.fromisoformat(table["endTime"]) if "endTime" in table else None,
        recording=table.get("recording", "on-demand"),
        kept=table.get("kept", False),
        recording_active=table.get("recordingActive", False),
        expendable=table.get("expendable", False),
    )


def _limits(table: Mapping[str, Any], folder: Path) -> Limits:
    read = dict(table)
    if "ca_file" in table:
        read["ca_file"] = str(folder / table["ca_file"])
    if "max_body" in table:
        read["max_body"] = int(table["max_body"])  # 1e6 is a whole number to the schema
    return Limits(**read)
