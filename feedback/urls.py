"""Where do the links lead that customers get from us, or find, and where do survey tools call?"""

from django.urls import path, re_path

from feedback.views.after_answer import after_answer
from feedback.views.arriving import arrive
from feedback.views.embedded import embedded
from feedback.views.open_link import kiosk, open_link
from feedback.views.respond import respond
from feedback.views.unsubscribe import unsubscribe
from feedback.views.widget import widget
from feedback.views.widget_host import eligible, widget_script

urlpatterns = [
    path("in/<str:key>/", arrive, name="arrive"),
    path("in/<str:key>/<str:secret>/", arrive, name="arrive-with-secret"),
    path("s/<str:token>/", respond, name="respond"),
    path("s/<str:token>/after/", after_answer, name="after-answer"),
    path("u/<str:token>/", unsubscribe, name="unsubscribe"),
    path("o/<str:token>/", open_link, name="open-link"),
    path("k/<str:token>/", kiosk, name="kiosk"),
    # An external id is whatever another system calls a contact, slashes included.
    re_path(r"^l/(?P<key>[-\w]+)/(?P<external_id>[\s\S]+)/(?P<signature>[^/]+)/$", embedded, name="embedded"),
    path("w/loop.js", widget_script, name="widget-script"),
    path("w/<str:token>/", widget, name="widget"),
    path("w/<str:token>/eligible/", eligible, name="widget-eligible"),
]
