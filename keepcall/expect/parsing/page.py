"""A page, as a WHATWG parser makes it of text: its paragraphs and what a reader sees (HTML standard, section 13)."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from keepcall.contract.wording import collapsed
from keepcall.expect.parsing.cache import memoised

_MOST_TAGS = 4_000
"""`<` in a page beyond which it is cut: the time that a parser needs can grow with the square of the nesting."""

_LONGEST_TAG = 4_000
"""Characters of a tag beyond which it is left out, a picture in its own address say: for the same reason."""

_NO_TEXT = ["script", "style", "template"]
_UNSEEN = ["noscript", "noembed", "noframes", "iframe"]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; white space is collapsed.

    Attributes:
        paragraphs: the text content of each `p` in the body.
        texts: the text of the body: its text content and, should that differ, with a space between elements; one
            empty text in a page of frames.
        everything: the same of the whole page, with its title and what only some readers see.
    """

    paragraphs: tuple[str, ...]
    texts: tuple[str, ...]
    everything: tuple[str, ...]

    def holds(self, words: str) -> bool:
        """Whether these words, white space collapsed, stand anywhere in the page."""
        return any(collapsed(words) in text for text in self.everything)


def html_tree(text: str) -> LexborHTMLParser:
    """The tree of a page; characters that UTF-8 has no bytes for are replaced."""
    first, *pieces = text.split("<", _MOST_TAGS)[:_MOST_TAGS]
    return LexborHTMLParser("<".join([first, *map(_bounded, pieces)]).encode(errors="replace"))


def _bounded(piece: str) -> str:
    """What stands between one `<` and the next, with an empty comment in place of too long a tag."""
    tag, _, rest = piece.partition(">")
    return piece if len(tag) <= _LONGEST_TAG else f"!---->{rest}"


@memoised()
def page(text: str) -> Page:
    """What a page says. Comments, scripts, styles and templates are no text of it."""
    tree = html_tree(text)
    tree.strip_tags(_NO_TEXT)
    everything = _both(tree.text(), tree.text(separator=" "))
    tree.strip_tags(_UNSEEN)
    body = tree.body
    if body is None:
        return Page((), ("",), everything)
    paragraphs = tuple(collapsed(paragraph.text()) for paragraph in body.css("p"))
    return Page(paragraphs, _both(body.text(), body.text(separator=" ")), everything)


def _both(close: str, spaced: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((collapsed(close), collapsed(spaced))))
