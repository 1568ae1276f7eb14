"""Keys and tokens: what they look like, and what the documentation leaves open about them."""

import base64
import hashlib
import secrets
from dataclasses import replace

from keepcall.server.app import KeepCallServer
from keepcall.server.keys import Token
from keepcall.server.moment import Clock, utc_now
from keepcall.server.outcome import Code, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.settings import Settings
from keepcall.server.variants.table import variant


class OtherCredentials(KeepCallServer):
    """A server whose tokens or keys look otherwise."""

    def __init__(self, settings: Settings | None = None, clock: Clock = utc_now) -> None:
        settings = settings or Settings.random()
        super().__init__(
            replace(
                settings,
                token=self.token(settings.token),
                expired_token=self.token(settings.expired_token),
                other_token=self.token(settings.other_token),
                api_key=self.key(settings.api_key),
                open_api_key=self.key(settings.open_api_key),
                other_api_key=self.key(settings.other_api_key),
            ),
            clock,
        )

    def token(self, guid: str) -> str:
        """The token to take in place of a GUID."""
        return guid

    def key(self, guid: str) -> str:
        """The key to take in place of a GUID."""
        return guid


@variant()
class HasWebTokens(OtherCredentials):
    """A Spring server has JSON Web Tokens, of some 700 characters, with dots, hyphens and underscores in them."""

    def token(self, guid: str) -> str:
        """Header, claims and signature, each in base64url (RFC 7519)."""
        parts = (b'{"alg":"RS512","typ":"JWT"}', f'{{"sub":"{guid}"}}'.encode(), secrets.token_bytes(480))
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@variant()
class HasTokensInBase64(OtherCredentials):
    """A server has random bytes for tokens in Base64, with characters that mean something in a query."""

    def token(self, guid: str) -> str:
        """With `+`, `/` and `=` in each."""
        return "a+/b" + base64.b64encode(hashlib.sha256(guid.encode()).digest()).decode()


@variant()
class HasTokensOfDigits(OtherCredentials):
    """A server counts its sessions, and sends the number as the token."""

    def token(self, guid: str) -> str:
        """Nine digits."""
        return str(int(guid[:8], 16) % 900_000_000 + 100_000_000)


@variant()
class HasTokensOfAnyCharacters(OtherCredentials):
    """A server signs text with names and times in it, and takes the whole for the token."""

    def token(self, guid: str) -> str:
        """All that must be encoded, in a query and in XML."""
        return f"user=Kovács Ödön&t=9:00;<{guid[:8]}>\"%41'+漢"


@variant()
class HasKeysInCapitals(OtherCredentials):
    """Windows writes GUIDs in capital letters."""

    def key(self, guid: str) -> str:
        """As it is compared."""
        return guid.upper()


@variant("KC-AUTH-07")
class TakesTokensOfOtherKeys(Rules):
    """A server has one list of sessions for all applications."""

    def belongs(self, request: ApiRequest, token: Token) -> bool:
        """To whichever key."""
        del request, token
        return True


@variant()
class ChecksTokensThatItDoesNotNeed(Rules):
    """A server checks each token that it gets, even with a key that needs none."""

    def needs_token(self, request: ApiRequest) -> bool:
        """Where there is one, too."""
        return bool(request.token) or super().needs_token(request)


@variant()
class AsksForTheTokenFirst(Rules):
    """A server has its sessions checked before anything else, so that strangers learn nothing of keys and actions."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        """After the token."""
        known = self.keys.is_key(request.api_key) and not self.check_token(request)
        return super().check_action(request) if known else Refused(Code.INVALID_TOKEN, "Log in first.")
