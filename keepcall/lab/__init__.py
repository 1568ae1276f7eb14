"""Brings calls into a state and reads them back: by HTTP, as a static list, by a program."""
