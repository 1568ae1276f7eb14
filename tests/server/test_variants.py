import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from functools import reduce
from pathlib import Path

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.contract.call import ongoing
from keepcall.contract.operation import KEEP
from keepcall.contract.request import keep
from keepcall.contract.target import Claims
from keepcall.expect.decision import decision_of
from keepcall.run.harness import harness
from keepcall.run.proof.live import claiming
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.answers import Answers, Format
from keepcall.server.front import Direct, Front
from keepcall.server.rules import Rules
from keepcall.server.variants import VARIANTS, Variant
from keepcall.server.variants.mixture import SAMPLES, goes_with, mixtures
from keepcall.server.variants.table import Rewritten, rewritten, variant

REQUIREMENTS = tomllib.loads((Path(__file__).parents[2] / "fixtures" / "requirements.toml").read_text("utf-8"))
SHOULDS = {each["id"] for each in REQUIREMENTS["requirement"] if each["level"] == "SHOULD"}

MIXTURES = {mixture.name: mixture for mixture in mixtures(VARIANTS.values())}
EVERYTHING = {**VARIANTS, **MIXTURES}


@pytest.fixture
def scratch_table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Variant]:
    table: dict[str, Variant] = {}
    monkeypatch.setattr("keepcall.server.variants.table._VARIANTS", table)
    return table


# The table


def test_there_are_many_variants() -> None:
    assert len(VARIANTS) >= 85


def test_names_are_words_in_snake_case() -> None:
    assert [name for name in VARIANTS if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name)] == []


def test_stories_are_one_sentence() -> None:
    one_sentence = re.compile(r"[A-Z](?!.*[.!?] [A-Z]).{20,}\.")
    assert [each.name for each in VARIANTS.values() if not one_sentence.fullmatch(each.story)] == []


def test_remarks_are_about_what_should_be() -> None:
    assert {each.name: each.remarks - SHOULDS for each in VARIANTS.values() if each.remarks - SHOULDS} == {}


def test_claims_are_those_of_a_profile_and_not_the_usual_ones() -> None:
    usual: dict[str, object] = {claim.name: getattr(Claims(), claim.name) for claim in fields(Claims)}
    named = [(each.name, *claim) for each in VARIANTS.values() for claim in each.claims.items()]
    assert [(name, claim) for name, claim, _ in named if claim not in usual] == []
    assert [(name, claim) for name, claim, value in named if value == usual[claim]] == []


def test_a_variant_is_unusual_in_something() -> None:
    usual = [each.name for each in VARIANTS.values() if each.server is KeepCallServer and each.front is Direct]
    assert usual == []


# Each server


@contextmanager
def recorder_of(each: Variant) -> Iterator[Driver]:
    with ExitStack() as stack:
        server = each.server()
        live = stack.enter_context(RunningServer(server))
        front = stack.enter_context(each.front(live.url))
        target = replace(claiming(target_of(live), each.claims), url=front.url)
        yield stack.enter_context(harness(target, lab=DirectLab(server))).driver


@pytest.mark.parametrize("each", EVERYTHING.values(), ids=EVERYTHING)
def test_a_variant_grants_a_plain_keep_and_refuses_an_unknown_call(each: Variant) -> None:
    with recorder_of(each) as driver, driver.setup(KEEP) as setup:
        granted = driver.send(keep(callID=setup.number(ongoing()).call.call_id))
        refused = driver.send(keep(callID=setup.unknown_call_id()))

    assert (decision_of(granted), decision_of(refused)) == ("granted", "refused")


# How a variant is made


def test_a_part_replaces_the_one_that_it_is_derived_from(scratch_table: dict[str, Variant]) -> None:
    class Between(Rules):
        pass

    @variant("KC-SEL-09", claims={"unmark": False})
    class AsksForNothing(Between):
        """Nobody asked for it."""

    made = scratch_table["asks_for_nothing"]
    assert (made.remarks, made.story) == (frozenset({"KC-SEL-09"}), "Nobody asked for it.")
    assert made.claims == {"unmark": False}
    assert made.server.rules_class is AsksForNothing
    assert made.server.answers_class is KeepCallServer.answers_class
    assert made.front is Direct


def test_a_front_stands_before_the_reference_server(scratch_table: dict[str, Variant]) -> None:
    @variant()
    class StandsThere(Front):
        """A guard."""

    assert scratch_table["stands_there"].front is StandsThere
    assert scratch_table["stands_there"].server is KeepCallServer


def test_a_function_rewrites_one_format(scratch_table: dict[str, Variant]) -> None:
    @rewritten(Format.TEXT, "KC-TEXT-03")
    def shouts(text: str) -> str:
        """A server that is hard of hearing."""
        return text.upper()

    answers = scratch_table["shouts"].server.answers_class()
    server = KeepCallServer()
    request = server.reader.request({})
    refused = server.rules.check(request)
    server.close()
    assert refused is not None
    assert answers.body(Format.TEXT, request, refused) == shouts(Answers().text(request, refused))
    assert answers.body(Format.HTML, request, refused) == Answers().html(request, refused)


@pytest.mark.usefixtures("scratch_table")
class TestTheTableTakesNo:
    def test_second_variant_of_a_name(self) -> None:
        class TwiceThere(Rules):
            """It was copied."""

        variant()(TwiceThere)
        with pytest.raises(ValueError, match="'twice_there' needs a name of its own"):
            variant()(TwiceThere)

    def test_variant_without_a_story_of_its_own(self) -> None:
        class Silent(Rules):
            pass

        with pytest.raises(ValueError, match="a story"):
            variant()(Silent)

    def test_class_that_is_no_part_of_the_server(self) -> None:
        class Stray:
            """It is something else."""

        with pytest.raises(TypeError, match=r"Stray is no part of the server.*rules_class"):
            variant()(Stray)


# Mixtures


def test_each_variant_is_in_one_mixture() -> None:
    mixed = [part for mixture in MIXTURES.values() for part in mixture.parts]
    assert sorted(map(repr, mixed)) == sorted(repr(part) for each in VARIANTS.values() for part in each.parts)


def test_mixtures_are_far_fewer() -> None:
    assert len(MIXTURES) < len(VARIANTS) / 3


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        pytest.param("writes_one_line", "is_html_5", True, id="two formats"),
        pytest.param("writes_one_line", "ends_lines_with_cr", False, id="one format twice"),
        pytest.param("encodes_pages_in_latin1", "speaks_hungarian", False, id="an encoding and a foreign language"),
        pytest.param("encodes_pages_in_windows1250", "speaks_hungarian", True, id="an encoding and its language"),
        pytest.param("encodes_pages_in_latin1", "repeats_what_it_does_not_know", False, id="an encoding and an echo"),
        pytest.param("prefers_the_call_id", "sends_chunks", True, id="a rule and a front"),
        pytest.param("sends_chunks", "sends_no_date", False, id="two fronts"),
        pytest.param("has_web_tokens", "takes_any_method", False, id="two whole servers"),
        pytest.param("writes_one_line", "encodes_xml_in_ebcdic", True, id="one format and its encoding"),
        pytest.param("writes_messages_in_cdata", "encodes_xml_in_ascii", False, id="an encoding and a CDATA section"),
        pytest.param("encodes_xml_in_ascii", "encodes_pages_in_utf16", True, id="encodings of different formats"),
        pytest.param("offers_the_least", "sends_chunks", False, id="one that claims less"),
        pytest.param("has_no_declaration", "answers_unknown_formats_in_xml", True, id="one that may earn a remark"),
        pytest.param("has_no_declaration", "denies_with_a_word", True, id="two that may earn remarks"),
        pytest.param("writes_one_line", "has_no_declaration", False, id="one format twice, in each other's way"),
        pytest.param(
            "starts_with_a_byte_order_mark", "has_the_type_before_the_code", True, id="one format in two places"
        ),
        pytest.param("prefers_the_call_id", "counts_parties_in_place_of_calls", True, id="two rules"),
        pytest.param("keeps_upcoming_calls", "keeps_controlled_calls_too", False, id="one rule twice"),
        pytest.param("takes_the_query_of_a_post", "sends_chunks", True, id="one that claims another place"),
        pytest.param("takes_the_query_of_a_post", "takes_the_action_from_the_query", False, id="two other places"),
        pytest.param("takes_the_query_of_a_post", "ignores_the_query_of_a_post", False, id="nothing to read"),
        pytest.param("takes_the_query_of_a_post", "takes_parameters_in_json", False, id="a body that is not read"),
        pytest.param("takes_the_query_of_a_post", "offers_the_least", False, id="another place, and less"),
        pytest.param(
            "has_a_lab_that_writes_ids_in_capitals",
            "compares_call_ids_letter_by_letter",
            False,
            id="capitals, and small letters alone",
        ),
        pytest.param("has_a_lab_in_another_zone", "has_a_lab_that_writes_ids_in_capitals", True, id="two of a lab"),
        pytest.param(
            "has_a_lab_whose_calls_begin_at_once",
            "has_a_lab_that_knows_calls_once_they_begin",
            False,
            id="one method of a lab twice",
        ),
        pytest.param("has_a_lab_that_cannot_read_back", "sends_chunks", False, id="one that hides the other"),
    ],
)
def test_variants_are_mixed_that_do_not_hide_each_other(one: str, other: str, *, together: bool) -> None:
    assert goes_with(VARIANTS[one], VARIANTS[other]) is together
    assert goes_with(VARIANTS[other], VARIANTS[one]) is together


def test_a_mixture_has_all_that_its_variants_have() -> None:
    whole, rule, front = "has_web_tokens", "prefers_the_call_id", "sends_chunks"
    answers = ("writes_one_line", "wraps_its_lines", "deflates_with_header")
    names = (whole, rule, *answers, front)

    [mixture] = mixtures(VARIANTS[name] for name in names)

    assert mixture.name == "has_web_tokens_and_more"
    assert mixture.story == f"All at once: {', '.join(names)}."
    assert mixture.server.rules_class is VARIANTS[rule].server.rules_class
    assert mixture.front is VARIANTS[front].front
    assert issubclass(mixture.server, VARIANTS[whole].server)
    made_of = mixture.server.answers_class.__mro__
    assert [name for name in answers if VARIANTS[name].server.answers_class not in made_of] == []
    assert made_of[1] is VARIANTS["deflates_with_header"].server.answers_class


def test_all_that_write_a_format_anew_are_seen_in_their_mixture() -> None:
    hidden = []
    for mixture in MIXTURES.values():
        rewritten_ = [part for part in mixture.parts if issubclass(part, Rewritten)]
        for part in rewritten_:
            others = [each for each in rewritten_ if each is not part and each.rewrites is part.rewrites]
            texts = [respelt(others, text) for text in SAMPLES[part.rewrites]]
            hidden += [part.respell.__doc__] * (
                texts == [respelt([part, *others], t) for t in SAMPLES[part.rewrites]]
            )

    assert hidden == []


def respelt(parts: Sequence[type[Rewritten]], text: str) -> str:
    return reduce(lambda given, part: part.respell(given), reversed(parts), text)
