"""`python -m keepcall` is `keepcall`."""

import sys

from keepcall.cli.main import main

sys.exit(main())
