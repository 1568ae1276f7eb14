"""A certificate as PDF, by typst, and as its twin in HTML."""

import base64
import hashlib
import importlib.resources
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from markupsafe import Markup

from keepcall.errors import InternalError, UsageError
from keepcall.report.certificate import Issue
from keepcall.report.page import environment

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
    style = _template("certificate.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        environment()
        .get_template("certificate.html.jinja")
        .render(
            view,
            style=Markup(style),  # noqa: S704 - our own file, and its hash is in the policy
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        )
    )
