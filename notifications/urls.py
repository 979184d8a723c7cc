"""Where does an administrator look at what was and will be sent, and a mail provider report what became of it?"""

from django.urls import path

from notifications import (
    notice_views,
    preference_views,
    running_views,
    staff_address_views,
    subscription_views,
    survey_views,
    views,
    webhook_views,
)
from notifications import stopped_views as stopped
from notifications.inbound.views import receive, receive_mail

urlpatterns = [
    path("inbound/<slug:provider>/", receive, name="inbound"),
    path("inbound/<slug:provider>/mail/", receive_mail, name="inbound-mail"),
    path("surveys/<int:survey_id>/<slug:language>/mail/", survey_views.mail, name="survey-mail"),
    path("surveys/<int:survey_id>/<slug:language>/sms/", survey_views.sms, name="survey-sms"),
    path("surveys/<int:survey_id>/<slug:language>/test/", survey_views.test, name="survey-test"),
    path("me/notices/", notice_views.notices, name="notices"),
    path("me/notices/read/", notice_views.read_all, name="notices-read"),
    path("me/notices/<int:notice_id>/", notice_views.open_notice, name="notice"),
    path("me/messages/", preference_views.my_messages, name="my-messages"),
    path("me/messages/<slug:channel>/", staff_address_views.my_address, name="my-address"),
    path("me/reports/", subscription_views.mine, name="my-reports"),
    path("me/reports/<int:subscription_id>/stop/", subscription_views.stop, name="my-report-stop"),
    path("me/reports/stop/<str:token>/", subscription_views.stop_by_link, name="report-stop-link"),
    path("reports/<slug:name>/by-mail/", subscription_views.subscribe, name="report-subscribe"),
    path("team/<int:team_id>/chat/", staff_address_views.team_chat, name="team-chat"),
    path("setup/running/", running_views.running, name="running"),
    path("setup/stopped/", stopped.stopped, name="stopped"),
    path("setup/stopped/<int:suppression_id>/lift/", stopped.lift, name="stopped-lift"),
    path("setup/webhooks/", webhook_views.webhooks, name="webhooks"),
    path("setup/webhooks/<int:endpoint_id>/", webhook_views.webhook, name="webhook"),
    path("setup/webhooks/<int:endpoint_id>/change/", webhook_views.change, name="webhook-change"),
    path("setup/webhooks/<int:endpoint_id>/secret/", webhook_views.renew_secret, name="webhook-secret"),
    path("setup/webhooks/<int:endpoint_id>/test/", webhook_views.test, name="webhook-test"),
    path("setup/webhooks/<int:endpoint_id>/switch/", webhook_views.switch, name="webhook-switch"),
    path("setup/webhooks/<int:endpoint_id>/replay/", webhook_views.replay, name="webhook-replay"),
    path("setup/webhooks/<int:endpoint_id>/delete/", webhook_views.delete, name="webhook-delete"),
    path("setup/outbox/", views.outbox, name="outbox"),
    path("setup/outbox/<int:message_id>/", views.message, name="message"),
    path("setup/outbox/<int:message_id>/mail/", views.mail, name="message-mail"),
    path("setup/outbox/<int:message_id>/retry/", views.retry, name="message-retry"),
    path("setup/outbox/<int:message_id>/discard/", views.discard, name="message-discard"),
]
