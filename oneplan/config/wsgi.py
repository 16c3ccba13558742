"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplan.config.settings")
application = get_wsgi_application()

# What is loaded by now lives as long as the process: the collector of reference cycles need not look at it again with
# every page. A page makes tens of thousands of short-lived objects, nearly all freed without the collector.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
