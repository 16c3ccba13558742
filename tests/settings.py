"""The product's settings, on a temporary data folder: tests never touch a developer's."""

import os
import tempfile

FOLDER = os.environ["ONEPLAN_HOME"] = tempfile.mkdtemp(prefix="oneplan-test-")  # conftest.py removes it at the end
# The journeys' browser driver keeps an event loop in its process; what is tested after them there is synchronous still.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from oneplan.config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# A cheap hash keeps the suite fast; that real accounts use Argon2 is tested in accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
