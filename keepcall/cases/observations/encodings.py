"""Requests as the documentation does not spell them: other methods, other places, other encodings."""

import json
from collections.abc import Callable
from dataclasses import replace

from keepcall.contract.request import EncodedRequest, Place, Request, encode, encode_request

Encode = Callable[[Request, Place], EncodedRequest]
"""Spells out a complete request; the place is where the profile has the parameters of a POST."""

_BOUNDARY = "KeepCall-Conformance-5f0c"


def usual(request: Request, place: Place) -> EncodedRequest:
    """As every other request."""
    return encode_request(request, place)


def by(method: str) -> Encode:
    """By this method, with the parameters in the query."""
    return lambda request, _: EncodedRequest(method, encode(request.parameters), "")


def post(place: Place) -> Encode:
    """By POST, with the parameters in this place."""
    return lambda request, _: encode_request(request.by("POST"), place)


def post_multipart(request: Request, _: Place) -> EncodedRequest:
    """By POST, as RFC 7578 has it."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in request.parameters
    ]
    body = "".join([*parts, f"--{_BOUNDARY}--\r\n"])
    return EncodedRequest("POST", "", body, content_type=f"multipart/form-data; boundary={_BOUNDARY}")


def post_json(request: Request, _: Place) -> EncodedRequest:
    """By POST, as one object of texts."""
    return EncodedRequest("POST", "", json.dumps(dict(request.parameters)), content_type="application/json")


def with_slash(request: Request, place: Place) -> EncodedRequest:
    """With a slash behind the path."""
    return replace(encode_request(request, place), behind_path="/")


def respelled(old: str, new: str) -> Encode:
    """With a piece of the encoded parameters spelled in another way."""

    def spell_in_another_way(request: Request, place: Place) -> EncodedRequest:
        spelling = encode_request(request, place)
        return replace(spelling, query=spelling.query.replace(old, new), body=spelling.body.replace(old, new))

    return spell_in_another_way
