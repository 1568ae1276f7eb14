"""The matrix as a readable page: one self-contained HTML file."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(data: Mapping[str, Any]) -> str:
    """The page of a proof, from its JSON values."""
    environment = Environment(
        loader=PackageLoader("keepcall.run.proof"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("proof.html").render(proof=data)
