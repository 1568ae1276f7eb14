"""What a request asks for, held against the profile: what is not claimed is not asked for (KC-CLAIM-01 aside)."""

from dataclasses import replace

from keepcall.contract.request import Request
from keepcall.contract.target import Target

DOCUMENTED_STATUSES = ("ongoing", "next", "last", "ongoing,next")
DOCUMENTED_TYPES = ("manualRecord",)


def unclaimed(request: Request, target: Target) -> str:
    """What the request asks for although the profile does not claim it, as a phrase; empty where there is nothing."""
    claims = target.claims
    if request.method and request.method not in claims.methods:
        return f"the method {request.method}"
    for status in request.values("status"):
        plain = status.replace(" ", "")
        if plain in DOCUMENTED_STATUSES and plain not in claims.statuses:
            return f"status={plain}"
    for value in request.values("type"):
        if value in DOCUMENTED_TYPES and value not in claims.types:
            return f"type={value}"
    if request.values("unmark") == ("1",) and not claims.unmark:
        return "unmark"
    return ""


def completed(request: Request, target: Target, token: str) -> Request:
    """The request with its method and with the access parameters that it neither names nor omits."""
    method = request.method or ("GET" if "GET" in target.claims.methods else "POST")
    defaults = (("action", "KeepCall"), ("apiKey", target.credentials.api_key.reveal()), ("token", token))
    named = {*request.names(), *request.omitted}
    added = tuple((name, value) for name, value in defaults if value and name not in named)
    return replace(request, parameters=(*added, *request.parameters), method=method)
