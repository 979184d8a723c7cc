"""Which addresses does the measured server know? Loop's own, and those of the bare views."""

from django.urls import include, path

from tests.bench import bare

urlpatterns = [
    path("bare/three/", bare.three_inserts),
    path("bare/one/", bare.one_insert),
    path("bare/nothing/", bare.nothing),
    path("", include("loop.config.urls")),
]
