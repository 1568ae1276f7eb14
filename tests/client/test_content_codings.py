"""Content codings as RFC 9110 has them, in every way that servers send them, and within bounds."""

import gzip
import os
import zlib
from collections.abc import Callable

import pytest

from keepcall.client.content_coding import decode
from keepcall.client.limits import TooLargeError
from keepcall.contract.exchange import Answer, Exchange, NoAnswer

TEXT = b"<VerbaApi/>" * 20
LIMIT = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def with_a_name(data: bytes) -> bytes:
    """gzip with every optional field of its header (RFC 1952 section 2.3)."""
    packed = gzip.compress(data)
    return packed[:3] + b"\x1c" + packed[4:10] + b"\x02\x00ab" + b"name\x00" + b"comment\x00" + packed[10:]


CODED = {
    "none": ("", TEXT),
    "identity": ("identity", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip, another case": (" GZip ", gzip.compress(TEXT)),
    "x-gzip": ("x-gzip", gzip.compress(TEXT)),
    "gzip with a name": ("gzip", with_a_name(TEXT)),
    "gzip of several members": ("gzip", b"".join(map(gzip.compress, (TEXT[:7], b"", TEXT[7:])))),
    "deflate as zlib": ("deflate", zlib.compress(TEXT)),
    "deflate without a frame": ("deflate", raw_deflate(TEXT)),
    "deflate with more behind it": ("deflate", zlib.compress(TEXT) + b"\r\n"),
    "stored": ("deflate", zlib.compress(TEXT, 0)),
    "stacked": ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    "stacked with nothing between": ("gzip,, identity", gzip.compress(TEXT)),
}


@pytest.mark.parametrize(("codings", "body"), CODED.values(), ids=CODED)
def test_a_coding_is_undone(codings: str, body: bytes) -> None:
    assert decode(body, codings, LIMIT) == TEXT


@pytest.mark.parametrize("codings", ["", "gzip", "deflate", "gzip, deflate"])
def test_an_empty_body_is_empty_in_any_coding(codings: str) -> None:
    assert decode(b"", codings, LIMIT) == b""


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate], ids=["gzip", "zlib", "raw"])
@pytest.mark.parametrize("size", [1, 65_535, 65_536, 131_072, 262_376, 262_400, LIMIT])
def test_a_body_of_any_size_comes_out_whole(pack: Callable[[bytes], bytes], size: int) -> None:
    coding = "gzip" if pack is gzip.compress else "deflate"

    assert decode(pack(bytes(size)), coding, LIMIT) == bytes(size)


def test_what_does_not_compress_comes_out_whole() -> None:
    noise = os.urandom(300_000)

    assert decode(gzip.compress(noise[:100_000]) + gzip.compress(noise[100_000:]), "gzip", LIMIT) == noise


MALFORMED = {
    "no gzip": ("gzip", TEXT),
    "no deflate": ("deflate", b"\xff" + TEXT),
    "gzip, cut off": ("gzip", gzip.compress(TEXT)[:-1]),
    "gzip, cut off in its header": ("gzip", gzip.compress(TEXT)[:5]),
    "gzip, second member cut off": ("gzip", gzip.compress(TEXT) + gzip.compress(TEXT)[:-9]),
    "gzip, with a wrong checksum": ("gzip", gzip.compress(TEXT)[:-8] + bytes(8)),
    "gzip, with more behind it": ("gzip", gzip.compress(TEXT) + b"more"),
    "deflate, cut off": ("deflate", zlib.compress(TEXT)[:-1]),
    "raw deflate, cut off": ("deflate", raw_deflate(TEXT)[:-1]),
    "a coding that was not accepted": ("br", TEXT),
    "stacked in the wrong order": ("gzip, deflate", gzip.compress(zlib.compress(TEXT))),
    "stacked without end": (",".join(["gzip"] * 1_000), gzip.compress(TEXT)),
}


@pytest.mark.parametrize(("codings", "body"), MALFORMED.values(), ids=MALFORMED)
def test_a_body_that_is_not_in_its_coding_is_an_error(codings: str, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode(body, codings, LIMIT)


BOMBS = {
    "gzip": ("gzip", gzip.compress(bytes(LIMIT + 1))),
    "gzip, large": ("gzip", gzip.compress(bytes(50 * LIMIT))),
    "gzip in members": ("gzip", gzip.compress(bytes(1_000)) * 1_100),
    "gzip in gzip": ("gzip, gzip", gzip.compress(gzip.compress(bytes(50 * LIMIT)))),
    "deflate": ("deflate", zlib.compress(bytes(50 * LIMIT))),
    "raw deflate": ("deflate", raw_deflate(bytes(50 * LIMIT))),
    "no coding": ("", bytes(LIMIT + 1)),
}


@pytest.mark.parametrize(("codings", "body"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_at_the_limit(codings: str, body: bytes) -> None:
    with pytest.raises(TooLargeError, match=f"more than {LIMIT} bytes"):
        decode(body, codings, LIMIT)


def test_an_answer_is_judged_by_its_content_and_kept_as_it_came(exchanged: Callable[..., Exchange]) -> None:
    packed = gzip.compress(TEXT)

    result = exchanged([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", packed]).answer

    assert isinstance(result, Answer)
    assert result.body == TEXT
    assert result.wire.endswith(packed)


TROUBLES = {
    "a bomb": ("too large", BOMBS["gzip, large"][1]),
    "cut off": ("malformed", MALFORMED["gzip, cut off"][1]),
    "no gzip": ("malformed", TEXT),
}


@pytest.mark.parametrize(("trouble", "body"), TROUBLES.values(), ids=TROUBLES)
def test_a_body_that_cannot_be_decoded_is_no_answer(
    exchanged: Callable[..., Exchange], trouble: str, body: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-encoding: identity\r\n\r\n"

    result = exchanged([head, body]).result

    assert isinstance(result, NoAnswer)
    assert result.trouble == trouble
