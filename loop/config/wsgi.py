"""How does a WSGI server run Loop? As `loop.config.wsgi`; gunicorn with threads is what we measured."""

import gc
import os

# Loaded by the first task started and the first case opened; better once, before the server forks.
import holidays.countries  # noqa: F401
import kombu.transport.redis  # noqa: F401
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")
application = get_wsgi_application()
# All views and their names now rather than with the first request: a mistake stops the start, and the server's
# processes share them. When each put them together for itself, its first answers with a case took seconds.
get_resolver().reverse_dict  # noqa: B018

# With `gunicorn --preload` the server's processes share this memory, as long as the garbage collector leaves it alone.
gc.collect()
gc.freeze()
