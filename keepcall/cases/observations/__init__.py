"""Observations: what a target does where the contract is silent. Asked, written down, compared, never judged."""
