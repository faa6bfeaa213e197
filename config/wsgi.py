import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What is loaded by now stays for good, and a request makes thousands of short-lived objects: the collector need not look through all of
# them again and again (measured: docs/performance.md).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
