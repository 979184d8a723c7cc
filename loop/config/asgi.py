"""How does an ASGI server run Loop? As `loop.config.asgi`; prefer WSGI, our views are synchronous."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")
application = get_asgi_application()
