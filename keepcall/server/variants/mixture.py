"""Variants mixed: one server that is unusual in many ways at once is tried in the time of one.

Whatever conformant servers do in different places they may do all at once. What might get in each other's way, or
hide the other from the suite, is kept apart.
"""

from collections.abc import Iterable, Mapping

from keepcall.server.answers import Answers, Format
from keepcall.server.app import KeepCallServer
from keepcall.server.front import Direct
from keepcall.server.variants.codes import HasOneMessageForAllRefusals
from keepcall.server.variants.compression import Coded
from keepcall.server.variants.labs import HasALabThatCannotReadBack
from keepcall.server.variants.table import SEAMS, Rewritten, Variant, seam_of, server_of

REWRITING: Mapping[Format, frozenset[str]] = {
    Format.XML: frozenset({"xml", "declaration", "elements", "code", "type", "error_message", "session", "escape"}),
    Format.HTML: frozenset({"html", "paragraph", "escape", "charset"}),
    Format.TEXT: frozenset({"text"}),
}
"""What a function that writes a format anew relies on being as it is in the reference server."""

COOPERATIVE = frozenset({"response", "body", "rewrites"})
"""Methods of which each one goes on to the next; and what the formats are told apart by."""

ALONE = (HasALabThatCannotReadBack, HasOneMessageForAllRefusals)
"""What would hide the others from the suite: without effects to see, or with all refusals the same."""

APART = (frozenset({"message", "encode"}),)
"""Names that are not replaced together: not every encoding has every language's letters."""


def mixtures(variants: Iterable[Variant]) -> list[Variant]:
    """Every variant once, in fewer servers."""
    return [mixed(bowl) for bowl in packed(variants)]


def packed(variants: Iterable[Variant]) -> list[list[Variant]]:
    """Which variants go into one server: each goes into the first that it fits into."""
    bowls: list[list[Variant]] = []
    for variant in variants:
        bowl = next((bowl for bowl in bowls if all(goes_with(variant, other) for other in bowl)), None)
        if bowl is None:
            bowls.append([variant])
        else:
            bowl.append(variant)
    return bowls


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
        front=next((variant.front for variant in bowl if variant.front is not Direct), Direct),
        parts=parts,
    )


def goes_with(one: Variant, other: Variant) -> bool:
    """Whether both may be in one server, and the suite would still see each of them.

    What is not claimed is not tested, so a server that claims less stays alone. A remark that one of them may earn
    would hide that the other does, so only one of them may have any.
    """
    if one.claims or other.claims or (one.remarks and other.remarks):
        return False
    return all(may_meet(part, another) for part in one.parts for another in other.parts)


def may_meet(part: type, other: type) -> bool:
    """Whether two parts fit into one server: parts of the answers if they replace different methods."""
    if part in ALONE or other in ALONE:
        return False
    ours, theirs = place_of(part), place_of(other)
    if not issubclass(part, Answers) or not issubclass(other, Answers):
        return not ours & theirs
    mine, its = replaced(part), replaced(other)
    in_the_way = (mine & (its | relied_on(other))) | (its & relied_on(part))
    return not in_the_way and not any(len(apart & (mine | its)) > 1 for apart in APART)


def place_of(part: type) -> frozenset[str]:
    """The places in a server that a part takes."""
    if issubclass(part, Direct):
        return frozenset({"front"})
    if issubclass(part, KeepCallServer):
        return frozenset({"server", *(seam for seam in SEAMS.values() if seam in vars(part))})
    return frozenset({seam_of(part)})


def replaced(part: type) -> frozenset[str]:
    """The names that a part of the answers defines anew; a format that is written anew counts as one."""
    bases = part.__mro__[: part.__mro__.index(Answers)]
    names = {name for base in bases for name in vars(base) if not name.startswith("_")}
    format_ = {part.rewrites.value} if issubclass(part, Rewritten) else set()
    return frozenset(names | format_) - COOPERATIVE


def relied_on(part: type) -> frozenset[str]:
    """The names that a part of the answers relies on being as they are in the reference server."""
    return REWRITING[part.rewrites] if issubclass(part, Rewritten) else frozenset()
