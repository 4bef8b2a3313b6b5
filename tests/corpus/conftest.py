"""Lets the tests of this folder import the helper modules beside them, whatever pytest's import mode."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
