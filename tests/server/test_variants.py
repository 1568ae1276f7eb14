import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from keepcall.bench import bench
from keepcall.call import Call, ongoing
from keepcall.embedded import target_of
from keepcall.exchange import Exchange
from keepcall.expect.outcome import says
from keepcall.operation import KEEP
from keepcall.prove.direct import DirectLab
from keepcall.prove.live import claiming
from keepcall.recorder import Recorder
from keepcall.request import keep
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.answers import Answers, Format
from keepcall.server.front import Direct, Front
from keepcall.server.rules import Rules
from keepcall.server.variants import MIXTURES, VARIANTS, Variant
from keepcall.server.variants.mixture import goes_with, mixtures
from keepcall.server.variants.table import rewritten, server_of, variant
from keepcall.target import Claims

REQUIREMENTS = tomllib.loads((Path(__file__).parents[2] / "fixtures" / "requirements.toml").read_text("utf-8"))
SHOULDS = {each["id"] for each in REQUIREMENTS["requirement"] if each["level"] == "SHOULD"}

EVERYTHING = {**VARIANTS, **MIXTURES}
every_server = pytest.mark.parametrize("each", EVERYTHING.values(), ids=EVERYTHING)


@pytest.fixture
def scratch_table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Variant]:
    table: dict[str, Variant] = {}
    monkeypatch.setattr("keepcall.server.variants.table._VARIANTS", table)
    return table


def test_there_are_many_variants() -> None:
    assert len(VARIANTS) >= 85


def test_names_are_words_in_snake_case() -> None:
    assert [name for name in VARIANTS if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name)] == []


def test_stories_are_one_sentence() -> None:
    one_sentence = re.compile(r"[A-Z](?!.*[.!?] [A-Z]).{20,}\.")
    assert [each.name for each in VARIANTS.values() if not one_sentence.fullmatch(each.story)] == []


def test_remarks_are_about_what_should_be() -> None:
    assert {each.name: each.remarks - SHOULDS for each in VARIANTS.values() if each.remarks - SHOULDS} == {}


def test_claims_are_those_of_a_profile_and_differ() -> None:
    usual = {claim.name: getattr(Claims(), claim.name) for claim in fields(Claims)}
    usual_claims = usual.items()
    assert [each.name for each in VARIANTS.values() if each.claims.keys() - usual.keys()] == []
    assert [each.name for each in VARIANTS.values() if set(map(repr, each.claims.items())) & set(map(repr, usual_claims))] == []


@contextmanager
def recorder_of(each: Variant) -> Iterator[Recorder]:
    with ExitStack() as stack:
        server = each.server()
        live = stack.enter_context(RunningServer(server))
        url = stack.enter_context(each.front(live.url)).url
        target = claiming(target_of(live), each.claims)
        yield stack.enter_context(bench(target, lab=DirectLab(server))).recorder
