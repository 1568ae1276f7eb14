"""What the contract says must happen: the oracle of the property tests.

`rule(world, request)` is a pure function from what there is and what is asked to a `Ruling`: granted with its effect,
refused, or undetermined where the contract is silent. Wherever two readings of a request are possible it stays silent
unless both are refused: an oracle that guesses would fail servers that are right.

- `rule`        the whole
- `access`      action, key and token
- `selection`   which call is meant
- `asking`      how a request gives its parameters
- `likeness`    texts that may mean the same to a server
- `world`, `ruling`    what goes in and what comes out
"""

from keepcall.contract.model.rule import may_wait, rule
from keepcall.contract.model.ruling import Ruling, Word
from keepcall.contract.model.world import Access, World

__all__ = ["Access", "Ruling", "Word", "World", "may_wait", "rule"]
