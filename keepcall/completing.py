"""Requests filled in for one target: its method, and the access parameters that a test does not name."""

from dataclasses import replace

from keepcall.request import Request
from keepcall.target import Target


def completed(request: Request, target: Target, token: str) -> Request:
    """The request with its method and with the access parameters that it neither names nor omits."""
    method = request.method or ("GET" if "GET" in target.claims.methods else "POST")
    defaults = (("action", "KeepCall"), ("apiKey", target.credentials.api_key.reveal()), ("token", token))
    named = {*request.names(), *request.omitted}
    added = tuple((name, value) for name, value in defaults if value and name not in named)
    return replace(request, parameters=(*added, *request.parameters), method=method)
