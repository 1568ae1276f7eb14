"""How much the property tests may try, and from which seed: the same seed gives the same requests."""

import secrets
from dataclasses import dataclass

EXAMPLES = 60
"""Inputs that are tried where nobody says how many."""

STEPS = 12
"""Steps of one sequence."""

MOST_TRIES = 80
"""What making a counter-example smaller may cost, the try that found it included."""

_EXAMPLES_TO_A_SEQUENCE = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """What the property tests may spend.

    Attributes:
        seed: decides about everything that is random in them.
        examples: inputs to try.
    """

    seed: int = 0
    examples: int = EXAMPLES

    @property
    def sequences(self) -> int:
        """Sequences to try."""
        return max(1, self.examples // _EXAMPLES_TO_A_SEQUENCE)


def any_seed() -> int:
    """A seed that was not there before, short enough to be typed."""
    return secrets.randbelow(10**9)
