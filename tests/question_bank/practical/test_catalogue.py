from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_page_of_checks_is_what_the_catalogue_says(repository: Path) -> None:
    done = subprocess.run([sys.executable, repository / "scripts/check_catalogue.py", "--check"], check=False)
    assert done.returncode == 0, "run scripts/check_catalogue.py"
