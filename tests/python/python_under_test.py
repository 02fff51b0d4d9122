# SPDX-License-Identifier: BSD-3-Clause
"""Where the build lies whose package is tested; importing it makes `import orrery` find that one."""
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
PLUGINS = Path(__file__).parent / "plugins"
if str(BUILD / "python") not in sys.path:
    sys.path.insert(0, str(BUILD / "python"))
