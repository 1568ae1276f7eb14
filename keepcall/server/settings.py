"""What one reference server is set up with."""

import secrets
import uuid
from dataclasses import dataclass

from keepcall.server.database import IN_MEMORY


@dataclass(frozen=True, slots=True)
class Settings:
    """Credentials and times of one server. Nothing is hard-coded: `Settings.random()` makes fresh credentials."""

    api_key: str
    """A key that needs a token."""
    token: str
    """A token of `api_key`, valid for an hour from the server's start."""
    expired_token: str
    """A token of `api_key` whose hour is over."""
    open_api_key: str
    """A key that needs no token."""
    other_api_key: str
    """Another key that needs a token."""
    other_token: str
    """A valid token of `other_api_key`."""
    user: str
    """Who may ask for a token."""
    password: str
    next_window: float = 60.0
    """For how many seconds `status=next` waits for a call."""
    latency: float = 0.0
    """For how many seconds every answer is held back, to stand in for a slow recorder."""
    database: str = IN_MEMORY
    """The file of the calls."""

    @classmethod
    def random(cls, *, next_window: float = 60.0, latency: float = 0.0, database: str = IN_MEMORY) -> "Settings":
        """Settings with credentials that no other server has."""
        return cls(
            api_key=str(uuid.uuid4()),
            token=str(uuid.uuid4()),
            expired_token=str(uuid.uuid4()),
            open_api_key=str(uuid.uuid4()),
            other_api_key=str(uuid.uuid4()),
            other_token=str(uuid.uuid4()),
            user="api-user",
            password=secrets.token_urlsafe(12),
            next_window=next_window,
            latency=latency,
            database=database,
        )
