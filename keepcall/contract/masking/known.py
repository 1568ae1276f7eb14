"""What a redactor knows at one moment: secrets, what is made of them, and what may be shown where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from keepcall.contract.masking.derived import CHANGES
from keepcall.contract.masking.escapes import ROUNDS, undone
from keepcall.contract.masking.interface import SHORTEST
from keepcall.contract.masking.needles import Needles
from keepcall.contract.masking.spellings import in_base64, needles

FIXED = "00000000-0000-4000-8000-000000000000"
"""Nobody's key, token or call ID, which everybody knows: what a secret has in common with it gives nothing away."""

UNNAMED = "changed in a way without a name"
"""What is shown of a value near a secret that `masking.derived` does not make: a mistake of ours."""

_SHORTEST_MADE = 6
"""Characters of what was made of a secret, and is shorter than it, that are no chance."""

_ROW = 6
"""Characters in a row that a value and a secret have in common by no chance."""

_IN_PLACE = 8
"""Letters and digits in the same places that they have in common by no chance."""

_SHORT = 12
"""Characters of a value that is like a secret where half of them are in the same places."""


@dataclass(frozen=True, slots=True)
class Name:
    """What is shown for a secret, or for what was made of one.

    Attributes:
        text: goes behind a dollar sign.
        shell: what gives the value in a POSIX shell, inside double quotes.
        sought: whether the value is searched for, and not only masked where a key, a token or a password stands.
    """

    text: str
    shell: str
    sought: bool = True


@dataclass(frozen=True)
class Known:
    """All that is known of secrets at one moment.

    Attributes:
        secrets: the name of each.
        derived: the name of what was made of one, without the whole of it.
        around: the secret that is in what was made of it with more behind it.
        pairs: what spells Basic credentials, in lower case.
        made_up: values of keys and tokens that the suite has sent and may show, without escapes; it grows.
        masked: what texts became; it grows, too.
    """

    secrets: Mapping[str, Name] = field(default_factory=dict)
    derived: Mapping[str, Name] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    pairs: frozenset[bytes] = frozenset()
    made_up: set[bytes] = field(default_factory=set)
    masked: dict[str, str] = field(default_factory=dict)

    def learning(self, name: str, secret: str) -> "Known":
        """The same with one secret more, and with what the suite makes of it."""
        derived, around = dict(self.derived), dict(self.around)
        for change in CHANGES:
            made, words = change.of(secret), change.words(secret)
            if not words:
                around.setdefault(made, secret)
            elif made and made != secret:
                sought = len(made) >= _SHORTEST_MADE or SHORTEST <= len(secret) <= len(made)
                shell = f"$(printf %s \"${name}\" | sed -e '# {words}' {change.shell(secret)})"
                derived.setdefault(made, Name(f"{name} {words}", shell, sought))
        secrets = {**self.secrets, secret: Name(name, f"${{{name}}}", len(secret) >= SHORTEST)}
        return replace(self, secrets=secrets, derived=derived, around=around, masked={})

    def pairing(self, spelled: set[bytes]) -> "Known":
        """The same with more Basic credentials."""
        return replace(self, pairs=self.pairs | spelled, masked={})

    def hearing(self, value: str) -> "Known":
        """The same with one more value of a key or token that the suite sends."""
        if self.name(value) or value in self.around:
            return self
        if inside := [secret for secret, name in self.secrets.items() if name.sought and secret in value]:
            return replace(self, around={**self.around, value: max(inside, key=len)}, masked={})
        near = next((secret for secret in self.secrets if _is_like(value, secret)), "")
        if near and value != FIXED:
            text = f"{self.secrets[near].text} {UNNAMED}"
            named = Name(text, f"${text}", len(value) >= _SHORTEST_MADE)
            return replace(self, derived={**self.derived, value: named}, masked={})
        self.made_up.add(bare(value.encode(errors="surrogateescape")))
        return self

    def name(self, value: str) -> Name | None:
        """The name of just this text, if it is a secret."""
        return self.secrets.get(value) or self.derived.get(value)

    @cached_property
    def needles(self) -> Needles:
        """What text is searched for."""
        names = dict.fromkeys(self.pairs, "KEEPCALL_CREDENTIALS")
        unbroken = set(self.pairs)
        sought = [
            (text, name) for known in (self.secrets, self.derived) for text, name in known.items() if name.sought
        ]
        for text, name in sought:
            for needle in needles(text):
                names.setdefault(needle, name.text)
        for secret, name in sought:
            for code in in_base64(secret) - names.keys() if secret in self.secrets else ():
                unbroken.add(code)
                names[code] = name.text
        return Needles(names, unbroken)

    @cached_property
    def labels(self) -> Mapping[bytes, str]:
        """What is shown where just this text stands for a key, a token or a password."""
        around = {
            made: self._with_name(made, "$", "")
            for made, secret in self.around.items()
            if not self.secrets[secret].sought
        }
        named = {text: f"${name.text}" for known in (self.derived, self.secrets) for text, name in known.items()}
        return {bare(text.encode(errors="surrogateescape")): label for text, label in (around | named).items()}

    def may_show(self, value: bytes, behind: bytes) -> bool:
        """Whether this may stand where a key, a token or a password does: what was made up, or a part of it.

        So may what holds a whole secret, which is masked itself.

        Args:
            value: as far as it can be told from what is behind it.
            behind: all the text from there on.
        """
        if value in self.made_up or value in self._masked_themselves:
            return True
        if any(value in made for made in self.made_up):
            return True
        longer = (
            made for known in (self.made_up, self._masked_themselves) for made in known if len(made) > len(value)
        )
        return any(behind.startswith(made) for made in longer)

    @cached_property
    def _masked_themselves(self) -> frozenset[bytes]:
        whole = [made for made, secret in self.around.items() if self.secrets[secret].sought]
        named = [self._with_name(made, *ends) for made in self.around for ends in (("$", ""), ("${", "}"))]
        return frozenset(bare(text.encode(errors="surrogateescape")) for text in (*whole, *named))

    def _with_name(self, made: str, before: str, behind: str) -> str:
        """What was made around a secret, with its name in its place."""
        secret = self.around[made]
        return made.replace(secret, f"{before}{self.secrets[secret].text}{behind}")


def bare(text: bytes) -> bytes:
    """Text with all its escapes undone."""
    for _ in range(ROUNDS):
        text = undone(text)
    return text


def _is_like(value: str, secret: str) -> bool:
    """Whether a value has more in common with a secret than chance brings about."""
    one, other = value.casefold(), secret.casefold()
    if any(one[at : at + _ROW] in other for at in range(len(one) - _ROW + 1)):
        return True
    same = sum(a == b and a.isalnum() for a, b in zip(one, other, strict=False))
    return same > _IN_PLACE or (len(one) <= _SHORT and 2 * same >= max(len(one), len(other)))
