"""The small things that the checks stand on: media types, remembered results, texts, tags, references."""

import pytest

from keepcall.contract.violation import quoted
from keepcall.contract.wording import collapsed, has_text, says_success
from keepcall.expect.decision import refuses
from keepcall.expect.parsing.cache import memoised
from keepcall.expect.parsing.media_type import MediaType, media_type
from keepcall.expect.parsing.page import Page, html_tree, page
from keepcall.expect.parsing.sniffing import sniffed, sniffed_text, tag_names


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("text/xml", MediaType("text/xml", (), "")),
        (" \tText/XML\t ; ", MediaType("text/xml", (), "")),
        ("text/xml;;; charset=utf-8", MediaType("text/xml", (("charset", "utf-8"),), "")),
        ("text/xml; Charset = UTF-8 ;a=b", MediaType("text/xml", (("charset", "UTF-8"), ("a", "b")), "")),
        (r'text/xml;charset="ut\f-\"8"', MediaType("text/xml", (("charset", 'utf-"8'),), "")),
        ('text/xml;charset="a\\\nb"', MediaType("text/xml", (("charset", "a\nb"),), "")),
        ("text/xml;charset=", MediaType("text/xml", (("charset", ""),), "")),
        ('text/xml;charset=""', MediaType("text/xml", (("charset", ""),), "")),
        ("text/xml, text/html", MediaType("text/xml", (), ", text/html")),
        ("text/xml;a=b c", MediaType("text/xml", (("a", "b"),), "c")),
        ("text", MediaType("", (), "text")),
        ("", MediaType("", (), "")),
    ],
)
def test_a_media_type_is_taken_apart_to_its_end(value: str, found: MediaType) -> None:
    assert media_type(value) == found


@pytest.mark.parametrize(
    ("value", "charset"),
    [("text/xml", None), ("text/xml;charset=", ""), ("a/b;x=y;charset=c;charset=d", "c")],
)
def test_the_first_charset_counts_and_none_is_not_an_empty_one(value: str, charset: str | None) -> None:
    assert media_type(value).charset == charset


def test_many_small_results_are_remembered_and_few_large_ones() -> None:
    asked: list[object] = []

    @memoised()
    def length(body: bytes | str, times: int = 1) -> int:
        """The length."""
        asked.append(body)
        return len(body) * times

    bodies: list[bytes | str] = [bytes([0, number]) for number in range(256)]
    small = ["x" * 8_192, b"y" * 8_192, *bodies]
    for _ in range(2):
        assert [length(body, times=2) for body in small] == [2 * len(body) for body in small]
    assert len(asked) == len(small)

    asked.clear()
    large: list[bytes | str] = [letter * 8_193 for letter in "ab"]
    for _ in range(2):
        assert [length(body) for body in large] == [8_193] * 2
    assert len(asked) == 2
    assert length(b"c" * 8_193) == 8_193
    assert length(large[0]) == 8_193
    assert len(asked) == 4
    assert length.__doc__ == "The length."


def test_as_many_large_results_are_remembered_as_are_asked_for() -> None:
    asked: list[str] = []

    @memoised(large=3)
    def same(text: str) -> str:
        asked.append(text)
        return text

    large = [letter * 8_193 for letter in "abc"]
    for _ in range(2):
        assert [same(text) for text in large] == large
    assert len(asked) == 3
    same("d" * 8_193)
    same(large[0])
    assert len(asked) == 5


def test_a_small_result_is_remembered_up_to_a_thousand_others() -> None:
    asked: list[str] = []

    @memoised()
    def same(text: str) -> str:
        asked.append(text)
        return text

    for number in range(1025):
        same(str(number))
    same("1")
    assert len(asked) == 1025
    same("0")
    assert len(asked) == 1026


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("2", True),
        ("-1", True),
        ("+20", True),
        ("020", True),
        ("9" * 30, True),
        ("0", False),
        ("+0", False),
        ("-00", False),
        ("", False),
        ("2 ", False),
        ("two", False),
        ("0x2", False),
        ("٢", False),
    ],
)
def test_an_integer_other_than_0_refuses(code: str, *, does: bool) -> None:
    assert refuses(code) is does


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        (" \r\n", ""),
        ("\ufeff\0", ""),
        ("<!-- only -->", "XML"),
        ("<!-- only", "XML"),
        ("<?pi?>", "XML"),
        ("<!--a--><?pi > ?><!--b--><p>", "HTML"),
        ("<!--a--x--><p>", "HTML"),
        ("<?XML version='1.0'>oops", "XML"),
        ("<?xmlish?>oops", "XML"),
        ("<?pi?>oops", "TEXT"),
        ("<?pi > ?>oops", "TEXT"),
        ("<?xml ?><p>", "HTML"),
        ("<?xml version='1.0'><p>", "HTML"),
        ("<!-- a -->oops", "TEXT"),
        ("<!-- <VerbaApi> -->oops</VerbaApi>", "TEXT"),
        (" <!ELEMENT", "XML"),
        ("<!DOCTYPE>", "HTML"),
        ("<!DOCTYPE >", "HTML"),
        ("<!DOCTYPE HTML>", "HTML"),
        ("<!doctype html SYSTEM 'x'><VerbaApi>", "HTML"),
        ("<!DOCTYPE VerbaApi><html>", "XML"),
        ("<!ELEMENT", "XML"),
        ("</p>", "HTML"),
        ("</VerbaApi>", "XML"),
        ("<P>", "HTML"),
        ("oops <VerbaApi></VerbaApi>", "XML"),
        ("oops <VerbaApi></VerbaApi> \n", "XML"),
        ("oops <VerbaApi></VerbaApi>.", "TEXT"),
        ("oops <?xml ?></VerbaApi>", "XML"),
        ("oops </VerbaApi>", "TEXT"),
        ("oops", "TEXT"),
        ("a<!--", "TEXT"),
        ("<", "TEXT"),
    ],
)
def test_the_first_mark_up_tells_what_a_text_is(text: str, found: str) -> None:
    assert sniffed_text(text) == found


@pytest.mark.parametrize(
    ("body", "charset", "found"),
    [
        ("<p>".encode("utf-16-le"), "", "HTML"),
        ("\ufeff<p>".encode("utf-16-be"), "utf-8", "HTML"),
        ("\n<p>".encode("utf-16-le"), "utf-16le", "HTML"),
        ("\n<p>".encode("utf-16-le"), "", "TEXT"),
        ("\n<p>".encode("cp037"), "IBM037", "HTML"),
        ("\n<p>".encode("cp037"), "", "TEXT"),
        (b"\n<p>", "IBM037", "HTML"),
        (b"<p>", "klingon", "HTML"),
        (b"\xe9<p>", "utf-8", "TEXT"),
    ],
)
def test_a_body_is_told_in_its_encoding(body: bytes, charset: str, found: str) -> None:
    assert sniffed(body, charset) == found


def test_the_names_of_tags_are_found_in_any_case() -> None:
    assert tag_names("<A><b/></C d><e:F>< g><1>&lt;h>") == {"a", "b", "c", "e:f"}


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("it's", 4, '"it\'s"'),
        ("abcde", 4, "'abcd'… (5 characters)"),
        ("\x1b\n", 200, r"'\x1b\n'"),
        ("x", 0, "''… (1 characters)"),
    ],
)
def test_text_of_the_target_is_quoted_and_cut(text: str, limit: int, shown: str) -> None:
    assert quoted(text, limit) == shown
    assert quoted("x" * 200) == f"'{'x' * 200}'"
    assert quoted("x" * 201) == f"'{'x' * 200}'… (201 characters)"


def test_white_space_is_what_html_calls_so() -> None:
    assert collapsed(" \ta\r\n\fb\u00a0 c\v ") == "a b\u00a0 c\v"


@pytest.mark.parametrize(
    ("text", "has"),
    [("a", True), (".", True), ("", False), (" \n\u00a0", False), ("\u200b\ufeff\0", False), (" a ", True)],
)
def test_text_is_what_can_be_seen(text: str, *, has: bool) -> None:
    assert has_text(text) is has


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The call has been marked for recording.", True),
        ("Done: The call\nhas been marked for recording. Bye", True),
        (" the call has been marked for recording!", True),
        ("«THE CALL HAS BEEN MARKED FOR RECORDING»", True),
        ("Sorry, the call has been marked for recording", False),
        ("The call has been unmarked for recording.", False),
        ("", False),
    ],
)
def test_the_success_sentence_is_known_in_other_case_and_punctuation(text: str, *, says: bool) -> None:
    assert says_success(text) is says


def test_a_page_says_what_its_readers_see() -> None:
    text = (
        "<title>T</title><body><p>a<b> b</b>\n c</p><div>d</div><div>e</div><!-- f -->"
        "<script>g</script><style>h</style><template><p>i</p></template>"
        "<noscript><p>j</p></noscript><iframe>k</iframe><noembed>l</noembed><noframes>m</noframes>"
    )

    assert page(text) == Page(
        paragraphs=("a b c",),
        texts=("a b cde", "a b c d e"),
        everything=("Ta b cdejklm", "T a b c d e j k l m"),
    )


def test_a_page_holds_words_across_its_elements() -> None:
    assert page("<p>the <b>call</b></p><p>is</p><p>gone").holds(" call is\ngone")
    assert page("<b>g</b>one").holds("gone")
    assert not page("<b>g</b>one").holds("gon e")


def test_a_page_is_cut_where_a_parser_would_be_kept_busy() -> None:
    assert len(html_tree("<p>" * 5_000).css("p")) == 3_999
    assert [len(html_tree(f"<p a='{'x' * n}'>y<b>").css("p")) for n in (3_994, 3_995)] == [1, 0]
    assert page(f"<p a='{'x' * 4_000}'>y<b>z").texts == ("yz", "y z")
    assert page(f"<p>{'x' * 4_001}>y").paragraphs == (f"{'x' * 4_001}>y",)
    assert page("<p>\ud800").paragraphs == ("?",)


def test_a_page_of_frames_says_nothing() -> None:
    assert page("<frameset><frame>") == Page(paragraphs=(), texts=("",), everything=("",))
