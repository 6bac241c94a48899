"""Lets these tests import `tools`, which lies at the root of the repository and is not installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))
