"""A run: configuration, harness, pytest session, worker processes, dry run and proof."""
