"""The pages and the command line do not pay for the interface."""

import os
import subprocess
import sys

import pytest


@pytest.mark.engine_free
def test_loading_the_pages_loads_nothing_of_the_interface(tmp_path):
    """As the server starts: every address of the pages known, a name looked up, an address resolved."""
    script = (
        "import sys, django; django.setup()\n"
        "from django.urls import resolve, reverse\n"
        "reverse('portal:home'); resolve('/plans/')\n"
        "assert 'ninja' not in sys.modules and 'pydantic' not in sys.modules\n"
        "resolve('/api/v1/spaces'); assert reverse('api:list_spaces') == '/api/v1/spaces'\n"
        "assert 'ninja' in sys.modules"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "oneplan.config.settings", "ONEPLAN_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
