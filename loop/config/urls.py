"""Which address leads where? Each package lists its own pages in its `urls.py`."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from loop.views import health

handler403, handler404 = "loop.middleware.not_allowed", "loop.middleware.not_found"

urlpatterns = [
    # Other systems call more often than people do: they are not taken past every page first.
    path("api/v1/", include("notifications.api.urls")),  # before those of loop, which end with "no such call"
    path("api/v1/", include("loop.api.urls")),
    path("", include("loop.urls")),
    path("", include("feedback.urls")),
    path("", include("notifications.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
