"""Where does an administrator look at what was and will be sent, and a mail provider report what became of it?"""

from django.urls import path

from notifications import preference_views, running_views, survey_views, views
from notifications import stopped_views as stopped
from notifications.inbound.views import receive, receive_mail

urlpatterns = [
    path("inbound/<slug:provider>/", receive, name="inbound"),
    path("inbound/<slug:provider>/mail/", receive_mail, name="inbound-mail"),
    path("surveys/<int:survey_id>/<slug:language>/mail/", survey_views.mail, name="survey-mail"),
    path("surveys/<int:survey_id>/<slug:language>/sms/", survey_views.sms, name="survey-sms"),
    path("surveys/<int:survey_id>/<slug:language>/test/", survey_views.test, name="survey-test"),
    path("me/messages/", preference_views.my_messages, name="my-messages"),
    path("setup/running/", running_views.running, name="running"),
    path("setup/stopped/", stopped.stopped, name="stopped"),
    path("setup/stopped/<int:suppression_id>/lift/", stopped.lift, name="stopped-lift"),
    path("setup/outbox/", views.outbox, name="outbox"),
    path("setup/outbox/<int:message_id>/", views.message, name="message"),
    path("setup/outbox/<int:message_id>/mail/", views.mail, name="message-mail"),
    path("setup/outbox/<int:message_id>/retry/", views.retry, name="message-retry"),
    path("setup/outbox/<int:message_id>/discard/", views.discard, name="message-discard"),
]
