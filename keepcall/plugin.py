"""The pytest plugin: `pytest -p keepcall.plugin`. Its hooks are in `keepcall.run.hooks`."""

_PARTS = ("setup", "selection", "results", "observations", "properties", "messages", "roll_call")

pytest_plugins = [f"keepcall.run.hooks.{part}" for part in _PARTS]
