"""Files that a user writes: the target profile and waivers."""
