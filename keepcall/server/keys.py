"""API keys, users and session tokens."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from keepcall.server.database import Database
from keepcall.server.moment import Clock, as_text, from_text
from keepcall.server.settings import Settings

LIFETIME = timedelta(hours=1)
"""How long a token lives; this is what the documentation of the family says."""


@dataclass(frozen=True, slots=True)
class Token:
    """A session token of one API key."""

    text: str
    api_key: str
    expires: datetime


class Keys:
    """Knows the API keys, whose users may ask for tokens, and the tokens."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self._database = database

    def install(self, settings: Settings) -> None:
        """Make the credentials of the settings known."""
        now = self.clock()
        self.add_key(settings.api_key, needs_token=True)
        self.add_key(settings.open_api_key, needs_token=False)
        self.add_key(settings.other_api_key, needs_token=True)
        self.add_user(settings.user, settings.password)
        self.add_token(Token(settings.token, settings.api_key, now + LIFETIME))
        self.add_token(Token(settings.expired_token, settings.api_key, now - LIFETIME))
        self.add_token(Token(settings.other_token, settings.other_api_key, now + LIFETIME))

    def add_key(self, api_key: str, *, needs_token: bool) -> None:
        """Make an API key known, with or without authentication."""
        self._database.run("INSERT OR REPLACE INTO api_keys VALUES (?, ?)", (api_key, needs_token))

    def add_user(self, user: str, password: str) -> None:
        """Let a user ask for tokens."""
        self._database.run("INSERT OR REPLACE INTO users VALUES (?, ?)", (user, password))

    def add_token(self, token: Token) -> None:
        """Make a token known."""
        self._database.run(
            "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)",
            (token.text, token.api_key, as_text(token.expires)),
        )

    def is_key(self, api_key: str) -> bool:
        """Whether there is such an API key (KC-AUTH-02)."""
        return bool(self._database.rows("SELECT 1 FROM api_keys WHERE api_key = ?", (api_key,)))

    def needs_token(self, api_key: str) -> bool:
        """Whether authentication is configured for the key (KC-AUTH-03, KC-AUTH-06)."""
        statement = "SELECT 1 FROM api_keys WHERE api_key = ? AND needs_token"
        return bool(self._database.rows(statement, (api_key,)))

    def is_user(self, user: str, password: str) -> bool:
        """Whether there is such a user, with this password."""
        statement = "SELECT 1 FROM users WHERE user = ? AND password = ?"
        return bool(self._database.rows(statement, (user, password)))

    def tokens(self, text: str) -> list[Token]:
        """The token that reads like this: one, or none (KC-AUTH-04)."""
        rows = self._database.rows("SELECT token, api_key, expires FROM tokens WHERE token = ?", (text,))
        return [Token(str(token), str(key), from_text(str(expires))) for token, key, expires in rows]

    def is_alive(self, token: Token) -> bool:
        """Whether the token's hour is not over yet (KC-AUTH-05)."""
        return self.clock() < token.expires

    def issue(self, api_key: str) -> Token:
        """A fresh token of this key."""
        token = Token(str(uuid.uuid4()), api_key, self.clock() + LIFETIME)
        self.add_token(token)
        return token
