"""`python -m hub.cli`: the same program where no script is installed."""

from __future__ import annotations

import sys

from hub.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
