"""The contract test and conformance suite for KeepCall."""

__version__ = "0.1.0"
