"""Which call of this package stands at which address under /api/v1/?"""

from django.urls import path

from loop.api import listing, single
from notifications.api import mine, outbox, webhooks
from notifications.api.report_subscriptions import ReportSubscriptionsView, ReportSubscriptionView

urlpatterns = [
    path("webhooks/", webhooks.WebhooksView.as_view(), name="api-webhooks"),
    path("webhooks/<int:endpoint_id>/", webhooks.WebhookView.as_view(), name="api-webhook"),
    path("webhooks/<int:endpoint_id>/secret/", webhooks.WebhookSecretView.as_view(), name="api-webhook-secret"),
    path("webhooks/<int:endpoint_id>/test/", webhooks.WebhookTestView.as_view(), name="api-webhook-test"),
    path("webhooks/<int:endpoint_id>/switch/", webhooks.WebhookSwitchView.as_view(), name="api-webhook-switch"),
    path("webhooks/<int:endpoint_id>/deliveries/", webhooks.DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path("webhooks/<int:endpoint_id>/replay/", webhooks.WebhookReplayView.as_view(), name="api-webhook-replay"),
    path("me/report-subscriptions/", ReportSubscriptionsView.as_view(), name="api-report-subscriptions"),
    path(
        "me/report-subscriptions/<int:subscription_id>/",
        ReportSubscriptionView.as_view(),
        name="api-report-subscription",
    ),
    *listing.addresses([*outbox.LISTS, *mine.LISTS]),
    *single.addresses(mine.SINGLES),
]
