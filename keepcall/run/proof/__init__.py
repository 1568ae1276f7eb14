"""The proof of the suite: every fault is caught under its own requirement, and no conformant variant is failed."""
