"""A certificate as PDF, by typst, and as its twin in HTML."""

import importlib.resources
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from keepcall.errors import InternalError, UsageError
from keepcall.report.certificate.certificate import Issue
from keepcall.report.render.page import page_of

_INSTALL = "Install it with `pip install 'keepcall-conformance[certificate]'`."


def _template(name: str) -> str:
    return importlib.resources.files("keepcall.report").joinpath("templates", name).read_text("utf-8")


def pdf(view: Mapping[str, Any], issue: Issue) -> bytes:
    """The certificate as PDF, the same bytes for the same certificate.

    Raises:
        UsageError: when typst is not installed.
        InternalError: when it cannot set it.
    """
    try:
        import typst  # noqa: PLC0415 - an extra, and only certificates need it
    except ImportError:
        raise UsageError("a certificate is typeset by typst, which is not installed", _INSTALL) from None
    try:
        made = typst.compile(
            _template("certificate.typ").encode(),
            format="pdf",
            sys_inputs={"data": json.dumps(view)},
            timestamp=datetime.combine(issue.on, time(), UTC),
        )
    except RuntimeError as error:
        raise InternalError(f"the certificate cannot be typeset: {str(error)[:500]}") from error
    assert isinstance(made, bytes)  # noqa: S101 - without an output file, and for one that is no picture
    return made


def html(view: Mapping[str, Any]) -> str:
    """The certificate as one HTML file that loads and runs nothing."""
    return page_of("certificate.html.jinja", view, "certificate.css")
