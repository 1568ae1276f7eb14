"""The hooks of the pytest plugin: setup, selection and results."""
