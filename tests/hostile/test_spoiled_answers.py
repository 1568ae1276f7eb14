"""Answers that are meant to harm who reads them: each breaks what it breaks, and nothing else happens."""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Target

if TYPE_CHECKING:
    from tests.conftest import RawServer
    from tests.hostile.conftest import Spoil, Suite

GENERATIONS = b"".join(b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 12))
LAUGHS = b'<!DOCTYPE VerbaApi [<!ENTITY a0 "lol">' + GENERATIONS + b"]>"
ATTRIBUTES = b"".join(b' a%d=""' % number for number in range(80_000))
COOKIES = b"".join(b"\r\nSet-Cookie: c%d=1" % number for number in range(3_000))
KILOBYTE = b'<!DOCTYPE VerbaApi [<!ENTITY a "' + b"x" * 1_000 + b'">]>'
LONG = b'<!DOCTYPE VerbaApi [<!ENTITY a "' + b"x" * 50_000 + b'">]>'


def body(change: Callable[[bytes], bytes]) -> "Spoil":
    return lambda head, content: (head, change(content))


def head(change: Callable[[bytes], bytes]) -> "Spoil":
    return lambda fields, content: (change(fields), content)


def with_doctype(doctype: bytes, inside: bytes = b"") -> "Spoil":
    return body(
        lambda content: content.replace(b"?>", b"?>" + doctype, 1).replace(b"</VerbaApi>", inside + b"</VerbaApi>")
    )


def inside(more: bytes) -> "Spoil":
    return body(lambda content: content.replace(b"</VerbaApi>", more + b"</VerbaApi>"))


def another_each_time(spoil: "Spoil") -> "Spoil":
    number = count()
    return lambda fields, content: spoil(
        fields, content.replace(b"</VerbaApi>", b"<!--%d--></VerbaApi>" % next(number))
    )


KINDS: dict[str, tuple["Spoil", dict[str, str]]] = {
    "nothing spoiled": (body(bytes), {"KC-SEL-01": "pass", "KC-XML-01": "pass", "KC-XML-02": "pass"}),
    "100,000 nested elements": (
        inside(b"<a>" * 100_000 + b"</a>" * 100_000),
        {"KC-SEL-01": "pass", "KC-XML-01": "fail"},
    ),
    "100,000 elements that never end": (inside(b"<a>" * 100_000), {"KC-SEL-01": "pass", "KC-XML-01": "fail"}),
    "billion laughs": (with_doctype(LAUGHS, b"<X>&a11;</X>"), {"KC-SEL-01": "pass", "KC-XML-01": "pass"}),
    "quadratic blow-up": (with_doctype(LONG, b"<X>" + b"&a;" * 50_000 + b"</X>"), {"KC-XML-01": "pass"}),
    "small answers that become large, another each time": (
        another_each_time(with_doctype(KILOBYTE, b"<ErrorMessage>" + b"&a;" * 900 + b"</ErrorMessage>")),
        {"KC-SEL-01": "fail", "KC-XML-01": "pass"},
    ),
    "an entity that names itself": (
        with_doctype(b'<!DOCTYPE VerbaApi [<!ENTITY a "&a;">]>', b"<X>&a;</X>"),
        {"KC-SEL-01": "pass"},
    ),
    "80,000 attributes": (
        body(lambda c: c.replace(b" code=", ATTRIBUTES + b" code=")),
        {"KC-SEL-01": "pass"},
    ),
    "NULs": (body(lambda c: c.replace(b"<Response", b"\0<\0Response\0")), {"KC-XML-01": "fail"}),
    "invalid UTF-8": (inside(b"<X>\xc0\x80\xff\xfe</X>"), {"KC-SEL-01": "pass", "KC-XML-01": "fail"}),
    "noise": (body(lambda _: bytes(range(256)) * 400), {"KC-SEL-01": "inconclusive"}),
    "nothing": (body(lambda _: b""), {"KC-SEL-01": "inconclusive"}),
    "thousands of cookies": (
        head(lambda fields: fields + COOKIES),
        {"KC-SEL-01": "pass", "KC-XML-01": "pass"},
    ),
    "a reason phrase of 60 kB": (
        head(lambda fields: fields.replace(b" 200 OK", b" 200 " + b"\x1b[2J" * 12_000)),
        {"KC-SEL-01": "pass"},
    ),
    "a megabyte of spaces": (body(lambda c: c + b" " * 1_000_000), {"KC-SEL-01": "pass", "KC-XML-01": "pass"}),
    "a byte more than the profile allows": (body(lambda c: c + b" " * 1_048_577), {"KC-SEL-01": "inconclusive"}),
    "503 to everything": (
        head(lambda fields: fields.replace(b" 200 OK", b" 503 Busy")),
        {"KC-SEL-01": "pass", "KC-HTTP-07": "fail"},
    ),
}


@pytest.mark.parametrize(("spoil", "verdicts"), KINDS.values(), ids=KINDS)
def test_a_spoiled_answer_is_judged_for_what_it_is(
    spoiled: "Callable[[Spoil], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    spoil: "Spoil",
    verdicts: dict[str, str],
) -> None:
    hostile = target(spoiled(spoil), timeout=20.0)

    seen = {requirement: suite(hostile, requirement) for requirement in verdicts}

    assert {requirement: set(ended.tests) for requirement, ended in seen.items()} == {
        requirement: {verdict} for requirement, verdict in verdicts.items()
    }, [ended.messages for ended in seen.values()]
    assert not any("\x1b" in message for ended in seen.values() for message in ended.messages)


OUTSIDE: dict[str, tuple[bytes, bytes]] = {
    "an external DTD": (b'<!DOCTYPE VerbaApi SYSTEM "%s">', b""),
    "a public DTD": (b'<!DOCTYPE VerbaApi PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "%s">', b""),
    "an external entity": (b'<!DOCTYPE VerbaApi [<!ENTITY e SYSTEM "%s">]>', b"<X>&e;</X>"),
    "an external parameter entity": (b'<!DOCTYPE VerbaApi [<!ENTITY %% e SYSTEM "%s"> %%e;]>', b""),
    "a style sheet": (b'<?xml-stylesheet type="text/xsl" href="%s"?>', b""),
    "an inclusion": (b"", b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="%s"/>'),
    "a schema": (b"", b'<X xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="urn:x %s"/>'),
    "a page": (b"", b'<img src="%s"/><script src="%s"></script>'),
}


def reaching_out(url: bytes, before: bytes, within: bytes) -> "Spoil":
    """Has an answer name this address."""
    return with_doctype(*(part.replace(b"%s", url).replace(b"%%", b"%") for part in (before, within)))


def redirecting(location: bytes) -> bytes:
    return b"HTTP/1.1 307 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % location


@pytest.mark.parametrize("parts", OUTSIDE.values(), ids=OUTSIDE)
def test_nothing_that_an_answer_names_is_ever_fetched(
    serve: "Callable[..., RawServer]",
    spoiled: "Callable[[Spoil], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    parts: tuple[bytes, bytes],
) -> None:
    other = serve([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    spoil = reaching_out(f"http://127.0.0.1:{other.port}/x.dtd".encode(), *parts)

    seen = suite(target(spoiled(spoil), timeout=20.0), "KC-XML-02")

    assert other.connections == 0
    assert set(seen.tests) <= {"pass", "fail"}


def test_a_redirect_to_another_host_is_not_followed_and_gives_nothing_away(
    serve: "Callable[..., RawServer]", target: Callable[..., Target], suite: "Callable[..., Suite]"
) -> None:
    other = serve([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    server = serve([redirecting(f"http://localhost:{other.port}/verba/api".encode())])

    seen = suite(target(server))

    assert other.connections == 0
    assert (seen.verdict, set(seen.tests)) == ("incomplete", {"inconclusive"})
    assert f"redirects to http://localhost:{other.port}/verba/api, another origin" in seen.messages[0]


def test_a_redirect_loop_ends(
    serve: "Callable[..., RawServer]", target: Callable[..., Target], suite: "Callable[..., Suite]"
) -> None:
    server = serve([b"HTTP/1.1 302 Go\r\nLocation: /verba/api\r\nContent-Length: 0\r\n\r\n"])

    seen = suite(target(server))

    assert (seen.verdict, set(seen.tests)) == ("incomplete", {"inconclusive"})
    assert len(server.requests) == seen.sent <= 40
