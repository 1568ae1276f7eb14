"""Pure checks: from an exchange to what is wrong with its answer. No pytest, no network, no state."""
