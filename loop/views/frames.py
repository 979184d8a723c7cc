"""Which of our pages may stand in a frame of another of our pages, and what may they do there?

The frames are sandboxed besides: what stands in one can neither run scripts nor reach the page around it.
"""

from collections.abc import Callable

from csp.decorators import csp_replace, csp_update

from loop.views.session import View

# A mail brings its own styles and nothing else; its links open in a window of their own, where pages may work again.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}

mail_in_a_frame: Callable[[View], View] = csp_replace(MAIL_POLICY)
page_in_a_frame: Callable[[View], View] = csp_replace({"frame-ancestors": ["'self'"]})
with_a_frame: Callable[[View], View] = csp_update({"frame-src": ["'self'"]})
