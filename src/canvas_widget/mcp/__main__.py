"""`python -m canvas_widget.mcp`."""

from __future__ import annotations

import sys

from canvas_widget.mcp.stdio import main

if __name__ == "__main__":
    sys.exit(main())
