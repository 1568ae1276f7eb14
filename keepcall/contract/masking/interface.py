"""What an exchange has to know of masking: its secrets are taken out by somebody who knows them."""

from typing import Protocol


class Masking(Protocol):
    """Takes secrets out of what is shown; `contract.redaction.Redactor` is the one that knows any."""

    def text(self, text: str) -> str:
        """The text with every secret replaced by `$NAME`."""
        ...

    def beginning(self, text: str, length: int) -> str:
        """The first characters of a text, masked before it is cut."""
        ...

    def split(self, text: str) -> list[tuple[str, str]]:
        """The text as pieces, `(literal, "")` or `("", NAME)`."""
        ...

    def in_shell(self, name: str) -> str:
        """What gives the value of this name in a POSIX shell, inside double quotes."""
        ...


class NothingSecret:
    """Masks nothing: for exchanges without secrets."""

    def text(self, text: str) -> str:
        """As it is."""
        return text

    def beginning(self, text: str, length: int) -> str:
        """Its first characters."""
        return text[:length]

    def split(self, text: str) -> list[tuple[str, str]]:
        """One literal."""
        return [(text, "")]

    def in_shell(self, name: str) -> str:
        """The variable of this name."""
        return f"${{{name}}}"


class Learning(Protocol):
    """Gets to know secrets that nobody could name before, a proxy's or a token that was asked for."""

    def learn(self, name: str, secret: str) -> None:
        """From now on this is a secret, too."""
        ...

    def learn_pair(self, user: str, password: str) -> None:
        """From now on the Basic credentials of this user are a secret."""
        ...


SHORTEST = 4
"""A secret of fewer characters is not searched for in answers: it would be found in any of them by chance.

It is masked where a key, a token or a password stands.
"""
