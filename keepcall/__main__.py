"""`python -m keepcall` is `keepcall`."""

import sys

from keepcall.cli import main

sys.exit(main())
