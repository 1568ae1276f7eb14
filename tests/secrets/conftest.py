"""Unmistakable secrets in every place where one can be configured, and a search for them in all that a run writes."""

import base64
import html
import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest

from keepcall import resources
from keepcall.cli import main
from keepcall.server import KeepCallServer, RunningServer, Settings

if TYPE_CHECKING:
    from tests.conftest import Script

NAMES = ("api_key", "token", "expired_token", "open_api_key", "other_api_key", "other_token", "password")
FRAGMENTS = {name: (f"Zq{number}uarry", f"v{number}ExiNg") for number, name in enumerate(NAMES)}
SECRETS = {name: f"{before}&<\"'%é+/=> \\{after}" for name, (before, after) in FRAGMENTS.items()}

PYTEST = ("--import-mode=importlib", "--noconftest", "-p", "keepcall.plugin", "-rA", "-vv", "-l", "--tb=long")
"""As talkative as pytest can be."""

Form = Callable[[str], str]

FORMS: dict[str, Form] = {
    "raw": str,
    "percent": lambda s: quote(s, safe=""),
    "percent in lower case": lambda s: quote(s, safe="").lower(),
    "form": quote_plus,
    "XML": lambda s: escape(s, {"'": "&apos;", '"': "&quot;"}),
    "HTML": html.escape,
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON, all escaped": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "references": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "percent, every byte": lambda s: "".join(f"%{byte:02X}" for byte in s.encode()),
    "Base64": lambda s: base64.b64encode(s.encode()).decode(),
    "Base64 after a byte": lambda s: base64.b64encode(b"-" + s.encode()).decode()[2:],
    "Base64 after two bytes": lambda s: base64.b64encode(b"--" + s.encode()).decode()[3:],
    "upper case": str.upper,
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets, and how they are known again: by their halves, which most spellings leave alone."""

    texts: Mapping[str, str]
    halves: Mapping[str, tuple[str, str]]

    def found_in(self, data: bytes) -> Iterator[str]:
        """Which of them are in some bytes, and how: each half in each form."""
        text = data.decode("utf-8", "replace").casefold().replace("\\\\", "\\")
        for name, halves in self.halves.items():
            for half, (form, spell) in product(halves, FORMS.items()):
                sure = spell(half).rstrip("=")[: -1 if form.startswith("Base64") else None].casefold()
                if (at := text.find(sure)) >= 0:
                    yield f"{half} of {name} as {form}: {text[max(0, at - 60) : at + 60]!r}"


PLANTED = Secrets(SECRETS, FRAGMENTS)


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote: its exit code, its files by name, what it said."""

    code: int
    files: Mapping[str, bytes]

    def leaks(self, secrets: Secrets = PLANTED) -> list[str]:
        """Where secrets are that must be nowhere."""
        return [f"{name}: {leak}" for name, data in self.files.items() for leak in secrets.found_in(data)]

    def text(self, pattern: str) -> str:
        """All files whose name fits."""
        return "\n".join(
            data.decode("utf-8", "replace") for name, data in self.files.items() if re.search(pattern, name)
        )


@pytest.fixture
def secrets() -> Secrets:
    """The secrets that are planted."""
    return PLANTED


@pytest.fixture
def secrets_of() -> Callable[[str], Secrets]:
    """A secret that a server made up."""
    return lambda text: Secrets({"made up": text}, {"made up": (text[:12], text[-12:])})


@pytest.fixture(scope="session")
def keeper() -> Iterator[RunningServer]:
    """The reference server, with the secrets as its credentials."""
    given = {name: secret for name, secret in SECRETS.items() if name != "password"}
    settings = replace(Settings.random(next_window=1.0), **given, user="Ünser user", password=SECRETS["password"])  # type: ignore[arg-type]
    with RunningServer(KeepCallServer(settings)) as server:
        yield server


@pytest.fixture
def relay(keeper: RunningServer) -> Callable[[bytes], bytes]:
    """What the reference server answers to a request."""

    def ask(request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", int(re.findall(r":(\d+)/", keeper.url)[0])), 10) as stream:
            stream.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            with stream.makefile("rb") as reader:
                return reader.read()

    return ask


@pytest.fixture
def echo(relay: Callable[[bytes], bytes]) -> "Callable[[str], Callable[[bytes], Script]]":
    """Answers that repeat everything of their request, in head or body: `echo("head")`."""

    def echoing(where: str) -> "Callable[[bytes], Script]":
        def answer(request: bytes) -> "Script":
            head, _, body = relay(request).partition(b"\r\n\r\n")
            version, status = head.split(b" ", 2)[:2]
            said = " ".join(spell(secret) for secret in SECRETS.values() for spell in FORMS.values())
            sent = request.decode() + base64.b64encode(request).decode() + said
            line = re.sub(r"[\r\n]+", " ", sent)[:60_000].encode()
            if where == "head":
                fields = b"\r\n".join([b"X-%s: %s" % (name, line) for name in (b"Echo", line[:20].hex().encode())])
                cookies = b"Set-Cookie: %s\r\nLocation: /%s\r\nContent-Type: text/xml; charset=%s" % (
                    line,
                    line,
                    line,
                )
                yield b"%s %s %s\r\n%s\r\n%s" % (version, status, line, fields, cookies)
            else:
                message = b"<ErrorMessage>%s</ErrorMessage>" % escape(sent).encode() if where == "XML" else line
                body = body.replace(b"</VerbaApi>", message + b"</VerbaApi>").replace(b"<ErrorMessage>", message, 1)
                body = body if b"VerbaApi" in body else line + body
                yield b"%s %s OK\r\nContent-Type: text/xml" % (version, status)
            yield b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body

        return answer

    return echoing


@pytest.fixture
def run(
    keeper: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Written]:
    """`keepcall run`, or plain pytest, in an empty folder: all that it wrote there, and what it said."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, secret in SECRETS.items():
        monkeypatch.setenv(f"PLANTED_{name.upper()}", secret)

    def start(url: str, *options: str, login: str = "", lab: str = "", plain: bool = False) -> Written:
        keys = [name for name in NAMES if name != "password" and not (login and name == "token")]
        lines = ['name = "secretive"', f'url = "{url}"', "limits.timeout = 20"]
        lines += [f'lab = {{ kind = "http", url = "{lab or keeper.lab_url}" }}', "[credentials]"]
        lines += [f'{name} = {{ env = "PLANTED_{name.upper()}" }}' for name in keys]
        if login:
            lines += ["[credentials.request_token]", 'user = "Ünser user"', f'send = "{login}"']
            lines += ['password = { env = "PLANTED_PASSWORD" }']
        profile = tmp_path / "profile.toml"
        profile.write_text("\n".join(lines), encoding="utf-8")
        if plain:
            code = int(pytest.main([*PYTEST, str(resources.path("suites")), "--target", str(profile), *options]))
        else:
            code = main.main(["run", "--target", str(profile), "--output", "out", *options])
        said = capfdbinary.readouterr()
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return Written(code, files | {"stdout": said.out, "stderr": said.err, "names": "\n".join(files).encode()})

    return start
