"""Near-misses laid over each other are the secret: from all that a run leaves behind, none can be put together."""

import base64
import html
import json
import os
import re
import shutil
import socket
import string
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape, quoteattr

import pytest

from keepcall.cli import main
from keepcall.contract.masking.derived import CHANGED_EARLY, CHANGED_LATE, HALF
from keepcall.contract.masking.known import UNNAMED
from keepcall.server import KeepCallServer, RunningServer, Settings

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

MOST = 8
"""Characters of a secret that may be known in their places."""

ROW = 6
"""Characters in a row by which a near-miss of a secret is known."""

LETTERS = "ghjkmnpqrsvwxyzGHJKLMNPQRSTVWXYZ" + string.digits
"""Of which secrets are made: GUIDs have few of them, so that nothing is there by chance."""

KINDS = {
    "8 characters": lambda at: made(8, at),
    "20 characters": lambda at: made(20, at),
    "36 characters": lambda at: "-".join(made(32, at)[a:b] for a, b in pairwise((0, 8, 12, 16, 20, 32))),
    "200 characters": lambda at: made(200, at),
    "special characters": lambda at: f"{made(9, at)}&<\"'%+/= \\{made(9, at + 7)};$`#?",
    "characters beyond ASCII": lambda at: f"é{made(9, at)}电话ß{made(9, at + 7)}ñÅ",
}
NAMES = ("api_key", "token", "expired_token", "open_api_key", "other_api_key", "other_token")
ACCESS = ("KC-AUTH-02", "KC-AUTH-04", "KC-AUTH-05", "KC-AUTH-07")

ECHOES: dict[str, Callable[[str], str]] = {
    "raw": escape,
    "upper case": lambda s: escape(s.upper()),
    "percent": lambda s: quote(s, safe=""),
    "form, twice": lambda s: quote(quote(s)),
    "references": lambda s: "".join(f"&amp;#{ord(c)};" for c in s),
    "JSON": lambda s: escape(json.dumps({"token": s, "x": [s]})),
    "an element": lambda s: escape(f"<apiKey>{escape(s)}</apiKey><x apiKey={quoteattr(s)}/>"),
    "Base64": lambda s: base64.b64encode(f"..{s}".encode()).decode(),
    "hexadecimal": lambda s: s.encode().hex(":"),
    "the first characters": lambda s: escape(s[:14]),
    "the last characters": lambda s: escape(s[-14:]),
    "but for a few": lambda s: escape(f"{s[:-4]}****"),
}


def made(length: int, at: int) -> str:
    """A secret that is the same each time, without a part that comes twice."""
    text, number = "", 7 + at * 7919
    while len(text) < length:
        number = (number * 1103515245 + 12345) % (1 << 31)
        text += LETTERS[(number >> 16) % len(LETTERS)]
    return text


_UNITS = re.compile(r"\\+(?:u|x)([0-9a-fA-F]{4}|[0-9a-fA-F]{2})")


def readings(text: str) -> Iterator[str]:
    """What a text says to whoever undoes its encodings by the means of the standard library."""
    said = {text, unquote(text), html.unescape(text), _UNITS.sub(lambda unit: chr(int(unit[1], 16)), text)}
    said |= {unquote(html.unescape(each)) for each in said} | {html.unescape(html.unescape(each)) for each in said}
    said |= {each.encode("latin-1", "replace").decode("utf-8", "replace") for each in said}
    codes = re.findall(r"[A-Za-z0-9_+/-]{12,}", text)
    decoded = [
        base64.b64decode(code[at:] + "=" * (-len(code[at:]) % 4), b"-_" if set(code) & set("-_") else None)
        for code in codes
        for at in range(4)
        if len(code[at:]) % 4 != 1 and len(code) < 1_000
    ]
    pairs = [bytes.fromhex(re.sub("[^0-9a-f]", "", code)) for code in re.findall(r"(?:[0-9a-f]{2}[ :]?){8,}", text)]
    yield from (*said, " ".join(each.decode("utf-8", "replace") for each in (*decoded, *pairs)))


def overlaid(said: str, secret: str) -> dict[int, str]:
    """The characters of a secret that are known from all that is like it, by their places; and from what."""
    known, folded = dict[int, str](), secret.casefold()
    for row in range(0, len(folded) - ROW + 1, 2):
        at = said.find(folded[row : row + ROW])
        while at >= 0:
            start, line, end = at - row, said.rfind("\n", 0, at) + 1, said.find("\n", at)
            for place, character in enumerate(folded):
                if line <= start + place < end and said[start + place] == character:
                    known[place] = repr(said[max(line, start - 60) : min(end, start + len(folded) + 20)])
            at = said.find(folded[row : row + ROW], at + 1)
    return known


def put_together(texts: Iterable[str], secrets: Mapping[str, str]) -> list[str]:
    """Which secrets can be put together, and from what."""
    lines = {line for text in texts for line in re.split(r"[\n<>{}]", text)}
    said = "\n".join({reading for line in lines for reading in readings(line)}).casefold() + "\n"
    found = []
    for name, secret in secrets.items():
        known = overlaid(said, secret)
        if len(known) > MOST or (known and len(secret) <= MOST):
            found.append(f"{len(known)} of {len(secret)} characters of {name}: {sorted(set(known.values()))[:4]}")
    return found


def pages(path: Path) -> str:
    """The text of a PDF, where the program that reads it is installed."""
    program = shutil.which("pdftotext")
    return subprocess.check_output([program, path, "-"], text=True, errors="replace") if program else ""


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder; what is in an envelope, as what it is."""
    texts = {}
    for path in folder.rglob("*"):
        if path.is_file():
            text = pages(path) if path.suffix == ".pdf" else path.read_text(encoding="utf-8", errors="replace")
            if path.name.endswith((".dsse.json", ".intoto.json", "envelope.json")) and '"payload"' in text:
                text = base64.b64decode(json.loads(text)["payload"]).decode()
            texts[str(path.relative_to(folder))] = text
    return texts


class Echo:
    """A server that takes every request, and repeats the keys and tokens of each in some way."""

    def __init__(self, url: str, spell: Callable[[str], str]) -> None:
        self._port = urlsplit(url).port
        self._spell = spell
        self.heard = set[str]()

    def __call__(self, request: bytes) -> "Script":
        head, _, body = request.decode().partition("\r\n\r\n")
        asked = dict(parse_qsl(urlsplit(head.split(" ")[1]).query) + parse_qsl(body))
        values = [asked[name] for name in ("apiKey", "token") if name in asked]
        self.heard.update(values)
        with socket.create_connection(("127.0.0.1", self._port), 10) as stream:
            stream.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            with stream.makefile("rb") as reader:
                _, _, answer = reader.read().partition(b"\r\n\r\n")
        said = " ".join(map(self._spell, values))
        answer = answer.replace(b"<ErrorMessage>", b"<ErrorMessage>%s " % said.encode())
        field = said.encode("ascii", "backslashreplace").replace(b"\0", b"")
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX-Asked: %s\r\n" % re.sub(rb"[\r\n]", b" ", field)
        yield b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer)


Left = tuple[dict[str, str], dict[str, str], set[str]]
Attack = Callable[..., Left]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    serve: "Callable[..., RawServer]",
) -> Attack:
    """A run with such secrets: all that it wrote and said, the secrets, what the server was sent."""
    monkeypatch.chdir(tmp_path)

    def start(
        kind: str, spell: Callable[[str], str] | None, *options: str
    ) -> tuple[dict[str, str], dict[str, str], set[str]]:
        secrets = {name: KINDS[kind](at) for at, name in enumerate(NAMES)}
        settings = replace(Settings.random(next_window=1.0), **secrets)  # type: ignore[arg-type]
        with RunningServer(KeepCallServer(settings)) as server:
            echo = Echo(server.url, spell or (lambda _: ""))
            lines = [
                f'url = "{serve(echo, keeps_alive=False).url}"',
                f'lab = {{ kind = "http", url = "{server.lab_url}" }}',
            ]
            for name, secret in secrets.items():
                monkeypatch.setenv(f"PLANTED_{name.upper()}", secret)
                lines.append(f'credentials.{name} = {{ env = "PLANTED_{name.upper()}" }}')
            profile = tmp_path / "profile.toml"
            profile.write_text("\n".join(lines), encoding="utf-8")
            main.main(["run", "--target", str(profile), "--output", "out", "--history", "history", *options])
        signed = ["certify", "out", "--plain", "--key", "signing", "--output", "certificate"]
        assert [main.main(["keygen", "signing"]), main.main(signed), main.main(["render", "out"])] == [0, 0, 0]
        (tmp_path / "signing").unlink()
        said = capfd.readouterr()
        return {**files(tmp_path), "stdout": said.out, "stderr": said.err}, secrets, echo.heard

    return start


def test_the_attack_puts_a_secret_together_from_two_near_misses() -> None:
    secret = KINDS["36 characters"](1)
    texts = [quote(CHANGED_EARLY.of(secret)), f"<x>{CHANGED_LATE.of(secret).upper()}</x>"]

    assert put_together(texts, {"token": secret})[0].startswith("36 of 36 characters of token")
    assert put_together([HALF.of(secret)], {"token": secret})
    assert put_together([base64.b64encode(f".{HALF.of(secret)}".encode()).decode()], {"token": secret})
    assert not put_together([secret[:8], "no secret", made(36, 70)], {"token": secret})


CHOSEN = {
    "8 characters": ["JSON"],
    "20 characters": ["the first characters", "hexadecimal"],
    "36 characters": ["nothing", "raw", "Base64"],
    "200 characters": ["the last characters"],
    "special characters": ["an element"],
    "characters beyond ASCII": ["form, twice"],
}
EVERY = {kind: ["nothing", *ECHOES] for kind in KINDS}
TRIED = EVERY if os.environ.get("KEEPCALL_EVERY_OVERLAY") else CHOSEN
"""With this variable every kind of secret meets every kind of echo, which takes minutes."""


@pytest.mark.parametrize(("kind", "echo"), [(kind, echo) for kind, echoes in TRIED.items() for echo in echoes])
def test_from_all_that_a_run_leaves_behind_no_secret_can_be_put_together(run: Attack, kind: str, echo: str) -> None:
    observing = [] if echo == "raw" else ["--no-observations"]

    texts, secrets, heard = run(kind, ECHOES.get(echo), "--only", *ACCESS, "--examples", "1", *observing)

    assert put_together(texts.values(), secrets) == []
    assert CHANGED_EARLY.of(secrets["token"]) in heard
    assert f"$KEEPCALL_TOKEN {CHANGED_EARLY.words(secrets['token'])}" in texts["out/report.json"]
    assert f"$KEEPCALL_API_KEY {HALF.words(secrets['api_key'])}" in texts["out/report.json"]
    assert [name for name, text in texts.items() if UNNAMED in text] == []
    assert {"certificate/test-report.pdf", "certificate/test-report.html"} <= texts.keys()
    assert {"out/report.html", "out/junit.xml", "out/ctrf.json", "out/summary.md"} <= texts.keys()
