"""Variants: conformant but unusual servers, which the suite must never fail.

Each is a few lines in the module of its theme; `table` says what one is. To add one, write a subclass of a part of
the server with what is unusual about it, and a docstring that says who builds it so.
"""

from keepcall.server.variants import (  # noqa: F401 (they fill the table)
    access,
    busyness,
    claims,
    codes,
    compression,
    denials,
    encodings,
    framing,
    headers,
    html_spelling,
    labs,
    lockouts,
    messages,
    parameters,
    redirects,
    selection,
    statuses,
    text_spelling,
    timing,
    values,
    xml_content,
    xml_documents,
    xml_spelling,
)
from keepcall.server.variants.table import VARIANTS, Variant

__all__ = ["VARIANTS", "Variant"]
