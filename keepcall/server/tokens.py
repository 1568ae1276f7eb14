"""The decision on a RequestToken request."""

import base64
import binascii
import secrets

from keepcall.server.keys import Keys
from keepcall.server.outcome import Code, Refused, TokenIssued, missing
from keepcall.server.request import ApiRequest

ACTION = "RequestToken"

Credentials = tuple[str, str]
NO_CREDENTIALS = ("", "")


class TokenRules:
    """Gives a session token to whoever has an API key, a user name and the password."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def decide(self, request: ApiRequest) -> TokenIssued | Refused:
        """A fresh token, or why there is none."""
        if not request.api_key:
            return missing("apiKey", Code.INVALID_API_KEY)
        if not self.keys.is_key(request.api_key):
            return Refused(Code.INVALID_API_KEY, "The API key is unknown.")
        if not self.keys.is_user(*self.credentials(request)):
            return Refused(Code.INVALID_CREDENTIALS, "The user name or the password is wrong.")
        return TokenIssued(self.keys.issue(request.api_key).text, secrets.token_hex(16).upper())

    def credentials(self, request: ApiRequest) -> Credentials:
        """User name and password, from HTTP Basic where it is used, from the parameters otherwise."""
        header = request.headers.get("authorization", "")
        return self.basic(header) if header else (request.user_name, request.password)

    @staticmethod
    def basic(header: str) -> Credentials:
        """What an Authorization header says (RFC 7617, section 2)."""
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() != "basic":
            return NO_CREDENTIALS
        try:
            user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return NO_CREDENTIALS
        return user, password
