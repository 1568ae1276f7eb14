"""Executes situations on a target: calls are set up, requests sent, effects waited for and read back."""
