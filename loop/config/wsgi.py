"""How does a WSGI server run Loop? As `loop.config.wsgi`; gunicorn with threads is what we measured."""

import gc
import os

import kombu.transport.redis  # noqa: F401 - loaded by the first task started; better once, before the server forks
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")
application = get_wsgi_application()
# All views now rather than with the first request: a mistake stops the start, and the server's processes share them.
get_resolver().url_patterns  # noqa: B018

# With `gunicorn --preload` the server's processes share this memory, as long as the garbage collector leaves it alone.
gc.collect()
gc.freeze()
