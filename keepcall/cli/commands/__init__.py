"""The commands of `keepcall`, one module each: from options to an exit code."""
