"""Sends requests within bounds of time, bytes and courtesy, and records exchanges; never judges."""
