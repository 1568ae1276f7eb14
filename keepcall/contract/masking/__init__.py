"""Finds secrets in whatever spelling they come back; `contract.redaction` is the face of it."""
