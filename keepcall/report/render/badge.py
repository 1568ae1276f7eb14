"""A badge: the verdict as a small picture, and as the JSON that shields.io's endpoint badge takes."""

import json
from html import escape

from keepcall.report.phrases import Report

LABEL = "KeepCall"
_COLOURS = {
    "conformant": ("brightgreen", "#2c7a3f"),
    "conformant with remarks": ("yellow", "#8a6100"),
    "not conformant": ("red", "#b1241c"),
}
_OTHERWISE = ("lightgrey", "#5c6470")
_WIDE = 6.6
"""Pixels of an average character in 11 px Verdana; the text is told its length, so that no font spoils the fit."""


def _colours(report: Report) -> tuple[str, str]:
    return _COLOURS.get(str(report["verdict"]).removesuffix(", answers only"), _OTHERWISE)


def shields(report: Report) -> str:
    """The JSON of an endpoint badge."""
    message, (colour, _) = str(report["verdict"]), _colours(report)
    return json.dumps({"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}) + "\n"


def svg(report: Report) -> str:
    """The picture; screen readers hear label and verdict."""
    message, (_, colour) = escape(str(report["verdict"])), _colours(report)
    left, right = (round(len(text) * _WIDE) + 12 for text in (LABEL, str(report["verdict"])))
    name = f"{LABEL}: {message}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{name}">'
        f"<title>{name}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3b3f46"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="6" y="14" textLength="{left - 12}">{LABEL}</text>'
        f'<text x="{left + 6}" y="14" textLength="{right - 12}">{message}</text></g></svg>\n'
    )
