"""Measures the built-in offline model: `python benchmarks/nl2vis.py --data FOLDER …`; see `python -m bench.nl2vis`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.nl2vis import main

if __name__ == "__main__":
    sys.exit(main())
