"""docs/api.md: every example is run as it stands, one after the other, against a server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.serving import served

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_example_of_the_guide_works(stage, tmp_path):
    assert len(EXAMPLES) >= 12
    script = "set -euo pipefail\n" + "\n".join(f"echo '--- example {n}' >&2\n{each}" for n, each in enumerate(EXAMPLES))
    with served() as address:
        secrets = {
            "TOKEN": stage["callers"]["hub"].secret,
            "SIGNATORY_TOKEN": stage["callers"]["signatory"].secret,
        }
        done = subprocess.run(
            [str(shutil.which("bash")), "-c", script], cwd=tmp_path,
            env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "ONEPLAN": address, **secrets},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, f"{done.stderr[-2000:]}\n{done.stdout[-1500:]}"
