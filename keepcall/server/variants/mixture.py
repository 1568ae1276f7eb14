"""Variants mixed: one server that is unusual in many ways at once is tried in the time of one.

Whatever conformant servers do in different places they may do all at once. What might get in each other's way, or
hide the other from the suite, is kept apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

from keepcall.server.answers import Answers, Format
from keepcall.server.app import KeepCallServer
from keepcall.server.control import LabControl
from keepcall.server.front import Direct
from keepcall.server.outcome import MORE_THAN_ONE, NOT_FOUND, Granted, missing
from keepcall.server.request import ApiRequest, RequestReader
from keepcall.server.rules import Rules
from keepcall.server.variants.codes import HasOneMessageForAllRefusals
from keepcall.server.variants.compression import Coded
from keepcall.server.variants.encodings import EncodedPages, EncodedXml
from keepcall.server.variants.headers import MeansAnotherCharsetThanItSays
from keepcall.server.variants.labs import HasALabThatCannotReadBack, HasALabThatWritesIdsInCapitals
from keepcall.server.variants.selection import ComparesCallIdsLetterByLetter
from keepcall.server.variants.table import SEAMS, Rewritten, Variant, seam_of, server_of
from keepcall.server.variants.xml_spelling import WritesMessagesInCdata

REWRITING: Mapping[Format, frozenset[str]] = {
    Format.XML: frozenset({"xml", "declaration", "elements", "code", "type", "error_message", "session", "escape"}),
    Format.HTML: frozenset({"html", "paragraph", "escape", "charset"}),
    Format.TEXT: frozenset({"text"}),
}
"""What a function that writes a format anew relies on being as it is in the reference server."""

OF_A_FORMAT: Mapping[type[Answers], frozenset[Format]] = {
    EncodedXml: frozenset({Format.XML}),
    EncodedPages: frozenset({Format.HTML, Format.TEXT}),
}
"""Parts that replace `encode` and `content_type` for some formats, and leave the others to the next one."""

COOPERATIVE = frozenset({"response", "body", "rewrites", "respell"})
"""Methods of which each one goes on to the next; and what the formats are told apart by."""

HANDED_ON = frozenset({"told"})
"""The same of what is told of a call in the lab."""

LEAVES_NOTHING_OUT = frozenset({"post"})
"""Claims by which all is tested, in another way."""

_BY_FORMAT = frozenset({"encode", "content_type"})

_PLAIN = ApiRequest(action="KeepCall")
_ODD = replace(_PLAIN, extension="\N{CJK UNIFIED IDEOGRAPH-20BB7}", status="\N{HEBREW LETTER ALEF}")
"""A request with what few encodings have bytes for."""
SAMPLES: Mapping[Format, tuple[str, ...]] = {
    form: tuple(Answers().body(form, _PLAIN, outcome) for outcome in (Granted("7"), NOT_FOUND, missing("status")))
    for form in Format
}
"""Answers in each format, by which it is seen what functions that write them anew do."""

_IN_PIECES = (Rules, RequestReader, LabControl)
"""Parts of the server in which some methods may be replaced by one variant and some by another."""

ALONE = (HasALabThatCannotReadBack, HasOneMessageForAllRefusals, MeansAnotherCharsetThanItSays)
"""What would hide the others: no effects to see, all refusals the same, another text than was meant."""

AT_ODDS = frozenset({HasALabThatWritesIdsInCapitals, ComparesCallIdsLetterByLetter})
"""Whoever tells letters apart must be asked as the lab says."""

APART = (frozenset({"act", "objection"}), frozenset({"query_pairs", "form_pairs"}))
"""Who objects to what is done already must not do things later; who leaves out the query must have the form."""


def mixtures(variants: Iterable[Variant]) -> list[Variant]:
    """Every variant once, in fewer servers."""
    return [mixed(bowl) for bowl in packed(variants)]


def packed(variants: Iterable[Variant]) -> list[list[Variant]]:
    """Which variants go into one server: each into the first that it fits into, and the most awkward ones first."""
    every = list(variants)
    apart: dict[str, set[str]] = {each.name: set() for each in every}
    for one, other in combinations(every, 2):
        if not goes_with(one, other):
            apart[one.name].add(other.name)
            apart[other.name].add(one.name)
    bowls: list[list[Variant]] = []
    for variant in sorted(every, key=lambda each: -len(apart[each.name])):
        bowl = next((bowl for bowl in bowls if not any(other.name in apart[variant.name] for other in bowl)), None)
        if bowl is None:
            bowls.append([variant])
        else:
            bowl.append(variant)
    return [sorted(bowl, key=every.index) for bowl in bowls]


def mixed(bowl: list[Variant]) -> Variant:
    """One variant of many; it has the name of the first, which says nothing of the others."""
    if len(bowl) == 1:
        return bowl[0]
    parts = tuple(part for variant in bowl for part in variant.parts)
    outermost_first = sorted(parts, key=lambda part: not issubclass(part, Coded))
    return Variant(
        name=f"{bowl[0].name}_and_more",
        story=f"All at once: {', '.join(variant.name for variant in bowl)}.",
        remarks=frozenset().union(*(variant.remarks for variant in bowl)),
        server=server_of(tuple(outermost_first)),
        claims={name: claim for variant in bowl for name, claim in variant.claims.items()},
        front=next((variant.front for variant in bowl if variant.front is not Direct), Direct),
        parts=parts,
    )


def goes_with(one: Variant, other: Variant) -> bool:
    """Whether both may be in one server, and the suite would still see each of them.

    What is not claimed is not tested, so a server that claims less stays alone. Remarks that one of them may earn are
    seen of none of the others in its company; what the others must do is.
    """
    if not one.claims.keys() | other.claims.keys() <= LEAVES_NOTHING_OUT or (one.claims and other.claims):
        return False
    return all(may_meet(part, another) for part in one.parts for another in other.parts)


def may_meet(part: type, other: type) -> bool:
    """Whether two parts fit into one server: parts of one place if they replace different methods."""
    if part in ALONE or other in ALONE or {part, other} == AT_ODDS:
        return False
    base = next((base for base in _IN_PIECES if issubclass(part, base) and issubclass(other, base)), None)
    if base:
        mine, its = defined(part, base), defined(other, base)
        return not (mine & its) - HANDED_ON and not any(mine | its >= both for both in APART)
    ours, theirs = place_of(part), place_of(other)
    if not issubclass(part, Answers) or not issubclass(other, Answers):
        return not ours & theirs
    if issubclass(part, Rewritten) and issubclass(other, Rewritten) and part.rewrites is other.rewrites:
        return commute(part, other)
    mine, its = replaced(part), replaced(other)
    in_the_way = (mine & (its | relied_on(other, part))) | (its & relied_on(part, other))
    return not in_the_way and has_letters_for(part, other) and has_letters_for(other, part)


def has_letters_for(part: type[Answers], other: type[Answers]) -> bool:
    """Whether pages have bytes for all that the other one says, and repeats; XML has references, outside of CDATA."""
    if issubclass(part, EncodedXml):
        return other is not WritesMessagesInCdata
    if not issubclass(part, EncodedPages) or "message" not in replaced(other):
        return True
    said = "".join(other().message(_ODD, outcome) for outcome in (NOT_FOUND, MORE_THAN_ONE, missing("status")))
    try:
        return bool(said.encode(part.page_codec))
    except UnicodeEncodeError:
        return False


def place_of(part: type) -> frozenset[str]:
    """The places in a server that a part takes."""
    if issubclass(part, Direct):
        return frozenset({"front"})
    if issubclass(part, KeepCallServer):
        return frozenset({"server", *(seam for seam in SEAMS.values() if seam in vars(part))})
    return frozenset({seam_of(part)})


def replaced(part: type) -> frozenset[str]:
    """The names that a part of the answers defines anew; a format that is written anew counts as one."""
    names = defined(part, Answers)
    format_ = {part.rewrites.value} if issubclass(part, Rewritten) else set()
    formats = next((formats for base, formats in OF_A_FORMAT.items() if issubclass(part, base)), frozenset(Format))
    of_each = {f"{name} of {form}" for name in names & _BY_FORMAT for form in formats}
    return (names - _BY_FORMAT | of_each | format_) - COOPERATIVE


def defined(part: type, base: type) -> frozenset[str]:
    """The names that a part defines anew, or that a part between it and the base does."""
    between = part.__mro__[: part.__mro__.index(base)]
    return frozenset(name for each in between for name in vars(each) if not name.startswith("_"))


def commute(one: type[Rewritten], other: type[Rewritten]) -> bool:
    """Whether two functions that write a format anew do so independently: in either order, and both to be seen."""
    texts = SAMPLES[one.rewrites]
    both = [one.respell(other.respell(text)) for text in texts]
    return (
        both == [other.respell(one.respell(text)) for text in texts]
        and both != [one.respell(text) for text in texts]
        and both != [other.respell(text) for text in texts]
    )


def relied_on(part: type[Answers], other: type[Answers]) -> frozenset[str]:
    """The names that a part relies on being as they are in the reference server, where the other one is there."""
    if not issubclass(part, Rewritten):
        return frozenset()
    encoded = issubclass(other, EncodedXml) and bears(part, other().declaration())
    return REWRITING[part.rewrites] - ({"declaration"} if encoded else set())


def bears(part: type[Rewritten], declaration: str) -> bool:
    """Whether a function that writes XML anew leaves another declaration as it is."""
    usual = Answers().declaration()
    each = [(part.respell(text), part.respell(text.replace(usual, declaration))) for text in SAMPLES[part.rewrites]]
    return declaration != "" and all(
        new.startswith(declaration) and new == old.replace(usual, declaration) for old, new in each
    )
