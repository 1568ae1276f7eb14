"""Any legal framing of an answer is read; what is no HTTP, or no whole answer, is never taken for one."""

from collections.abc import Callable, Sequence

import pytest

from keepcall.contract.exchange import Answer, Exchange, NoAnswer

Script = Sequence[bytes | float]

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

LEGAL: dict[str, Script] = {
    "a length": [HEAD + b"Content-Length: 2\r\n\r\nok"],
    "a length given twice": [HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok"],
    "a length given as a list": [HEAD + b"Content-Length: 2, 2\r\n\r\nok"],
    "a length with zeros": [HEAD + b"Content-Length: 002\r\n\r\nok"],
    "a length and more behind": [HEAD + b"Content-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n"],
    "to the end of the connection": [HEAD + b"\r\nok"],
    "HTTP/1.0": [b"HTTP/1.0 200 OK\r\n\r\n", b"o", b"k"],
    "no coding": [HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok"],
    "chunks": [CHUNKED + b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"],
    "chunks in pieces": [CHUNKED[:30], CHUNKED[30:] + b"1", b"\r", b"\no", b"\r\n01\r\nk\r\n", b"0\r\n", b"\r\n"],
    "chunks with extensions": [CHUNKED + b'1;a=b;c="d;e"\r\no\r\n1 ; x\r\nk\r\n0;end\r\n\r\n'],
    "chunks with trailers": [CHUNKED + b"2\r\nok\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n"],
    "chunks of hexadecimal length": [CHUNKED + b"00000002\r\nok\r\n00\r\n\r\n"],
    "chunks and a length": [HEAD + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
    "chunks, in capitals": [HEAD + b"TRANSFER-ENCODING: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
    "chunks, the last line missing": [CHUNKED + b"2\r\nok\r\n0\r\n"],
    "100 Continue": [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"Content-Length: 2\r\n\r\nok"],
    "102 Processing": [b"HTTP/1.1 102 Processing\r\n\r\n" * 3, HEAD + b"\r\nok"],
    "103 Early Hints": [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 5\r\n\r\n", HEAD + b"\r\nok"],
    "line feeds alone": [b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"],
    "no reason phrase": [b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"],
    "a header without value": [HEAD + b"X-Empty:\r\nContent-Length: 2\r\n\r\nok"],
    "a thousand headers": [HEAD + b"X-A: b\r\n" * 1_000 + b"Content-Length: 2\r\n\r\nok"],
    "a header in five thousand lines": [HEAD + b"X-A: b\r\n" + b" c\r\n" * 4_990 + b"Content-Length: 2\r\n\r\nok"],
    "a fold within the length": [HEAD + b"Content-Length:\r\n 2\r\n\r\nok"],
    "spaces in the status line": [b"HTTP/1.1  200   OK \r\nContent-Length: 2\r\n\r\nok"],
    "the longest header": [HEAD + b"X: " + b"x" * 65_531 + b"\r\nContent-Length: 2\r\n\r\nok"],
    "the most headers": [HEAD + b"X: y\r\n" * 4_999 + b"Content-Length: 2\r\n\r\nok"],
    "a long header": [HEAD + b"X-A: " + b"b" * 60_000 + b"\r\nContent-Length: 2\r\n\r\nok"],
}


@pytest.mark.parametrize("script", LEGAL.values(), ids=LEGAL)
def test_any_legal_framing_is_read(exchanged: Callable[..., Exchange], script: Script) -> None:
    result = exchanged(script).result

    assert isinstance(result, Answer), result
    assert (result.status, result.body) == (200, b"ok")


LOST: dict[str, Script] = {
    "at once": [],
    "in the protocol": [b"HT"],
    "in the status": [b"HTTP/1.1 20"],
    "behind the status": [b"HTTP/1.1 200"],
    "in the reason phrase": [b"HTTP/1.1 200 O"],
    "behind the status line": [HEAD],
    "in a header": [HEAD + b"Content-Le"],
    "behind a header": [HEAD + b"Content-Length: 2\r\n"],
    "in the empty line": [HEAD + b"Content-Length: 2\r\n\r"],
    "behind the head": [HEAD + b"Content-Length: 2\r\n\r\n"],
    "in the body": [HEAD + b"Content-Length: 2\r\n\r\no"],
    "before the first chunk": [CHUNKED],
    "in the size of a chunk": [CHUNKED + b"2"],
    "behind the size of a chunk": [CHUNKED + b"2\r\n"],
    "in a chunk": [CHUNKED + b"2\r\no"],
    "behind a chunk": [CHUNKED + b"2\r\nok"],
    "between chunks": [CHUNKED + b"2\r\nok\r\n"],
    "in an interim answer": [b"HTTP/1.1 103 Early Hints\r\nLink: </a"],
    "behind an interim answer": [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"],
}


@pytest.mark.parametrize("script", LOST.values(), ids=LOST)
def test_a_connection_that_ends_early_is_lost(exchanged: Callable[..., Exchange], script: Script) -> None:
    result = exchanged(script).result

    assert isinstance(result, NoAnswer), result
    assert result.trouble == "lost", result.detail


MALFORMED: dict[str, Script] = {
    "no HTTP": [b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"],
    "a page": [b"<html>\r\n<body>It works!</body>\r\n</html>\r\n"],
    "another version": [b"HTTP/2.0 200 OK\r\n\r\n"],
    "no version": [b"HTTP/x 200 OK\r\n\r\n"],
    "no status": [b"HTTP/1.1\r\n\r\n"],
    "a status in words": [b"HTTP/1.1 OK 200\r\n\r\n"],
    "a status of two digits": [b"HTTP/1.1 20 OK\r\n\r\n"],
    "a status of four digits": [b"HTTP/1.1 2000 OK\r\n\r\n"],
    "a negative status": [b"HTTP/1.1 -200 OK\r\n\r\n"],
    "an empty status line": [b"\r\n\r\n"],
    "NULs": [b"\0" * 100],
    "a status line without end": [b"HTTP/1.1 200 " + b"x" * 70_000],
    "a header without end": [HEAD + b"X: " + b"x" * 70_000],
    "a header that is a byte too long": [HEAD + b"X: " + b"x" * 65_532 + b"\r\nContent-Length: 2\r\n\r\nok"],
    "a header too many": [HEAD + b"X: y\r\n" * 5_000 + b"Content-Length: 2\r\n\r\nok"],
    "a header of a megabyte": [HEAD + b"X: " + b"x" * (1 << 20) + b"\r\n\r\nok"],
    "ten thousand headers": [HEAD + b"X: y\r\n" * 10_000 + b"\r\nok"],
    "a header without a colon": [HEAD + b"no header at all\r\nContent-Length: 2\r\n\r\nok"],
    "a header without a name": [HEAD + b": no name\r\nContent-Length: 2\r\n\r\nok"],
    "a space before the colon": [HEAD + b"Content-Length : 2\r\n\r\nok"],
    "a carriage return within a header": [HEAD + b"X: y\rContent-Length: 2\r\n\r\nok"],
    "a header in ten thousand lines": [HEAD + b"X: y\r\n" + b" z\r\n" * 10_000 + b"\r\nok"],
    "a status with an underscore": [b"HTTP/1.1 2_00 OK\r\n\r\n"],
    "a status and letters": [b"HTTP/1.1 200OK\r\n\r\n"],
    "a fold without a header": [HEAD + b" Content-Length: 2\r\n\r\nok"],
    "a negative length": [HEAD + b"Content-Length: -2\r\n\r\nok"],
    "a length with a sign": [HEAD + b"Content-Length: +2\r\n\r\nok"],
    "a length with an underscore": [HEAD + b"Content-Length: 0_2\r\n\r\nok"],
    "a length in words": [HEAD + b"Content-Length: two\r\n\r\nok"],
    "an empty length": [HEAD + b"Content-Length:\r\n\r\nok"],
    "a length beyond all": [HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nok"],
    "two lengths": [HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"],
    "a list of lengths": [HEAD + b"Content-Length: 2, 3\r\n\r\nok"],
    "an unknown coding": [HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
    "no size of a chunk": [CHUNKED + b"\r\nok\r\n"],
    "a size in words": [CHUNKED + b"two\r\nok\r\n0\r\n\r\n"],
    "a negative size": [CHUNKED + b"-2\r\nok\r\n0\r\n\r\n"],
    "a size with a prefix": [CHUNKED + b"0x2\r\nok\r\n0\r\n\r\n"],
    "a size beyond all": [CHUNKED + b"F" * 1_000 + b"\r\nok"],
    "a size without end": [CHUNKED + b"2;" + b"x" * 70_000],
    "a size that is too small": [CHUNKED + b"1\r\nok\r\n0\r\n\r\n"],
}


@pytest.mark.parametrize("script", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_http_is_malformed(exchanged: Callable[..., Exchange], script: Script) -> None:
    result = exchanged(script).result

    assert isinstance(result, NoAnswer), result
    assert result.trouble == "malformed", result.detail
    assert len(result.detail) <= 2_000


def test_a_length_that_is_not_reached_is_lost(exchanged: Callable[..., Exchange]) -> None:
    result = exchanged([HEAD + b"Content-Length: 999999999999999999\r\n\r\nok"]).result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "lost"


@pytest.mark.parametrize("status", [101, 204, 304])
def test_an_answer_without_body_ends_with_its_head(exchanged: Callable[..., Exchange], status: int) -> None:
    head = f"HTTP/1.1 {status} No body\r\nContent-Length: 5\r\n\r\n".encode()

    answer = exchanged([head]).answer

    assert (answer.status, answer.reason, answer.body) == (status, "No body", b"")


def test_headers_are_kept_in_order_without_the_space_around_them(exchanged: Callable[..., Exchange]) -> None:
    head = b"X-B: 1\r\nx-a:  2 \r\nX-b: \xe93\r\nContent-Type: text/xml;\r\n  charset=utf-8\r\nX-B:\r\n\r\n"

    answer = exchanged([HEAD + head]).answer

    assert answer.headers == (
        ("X-B", "1"),
        ("x-a", "2"),
        ("X-b", "é3"),
        ("Content-Type", "text/xml; charset=utf-8"),
        ("X-B", ""),
    )
    assert answer.wire == HEAD + head
