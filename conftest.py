"""Loads the plugin, so that plain `pytest suites` works from a checkout."""

pytest_plugins = ["keepcall.plugin"]
