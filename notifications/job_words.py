"""What do the periodic jobs do, in the words of whoever looks after Loop? Logs keep their short names."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the last part of a job's task.
JOB_WORDS: dict[str, Promise] = {
    "open_missed_cases": _("Opens cases that could not open with their answer"),
    "settle_absences": _("Begins and ends absences"),
    "take_customers_at_their_word": _("Takes customers at their word: solved or not"),
    "close_missed_calls": _("Notes calls nobody made, and offers new times"),
    "remind_of_calls": _("Reminds of calls that begin soon"),
    "ask_why": _("Asks why after a low score without a word"),
    "decide_missed_thanks": _("Decides whom to thank"),
    "end_holds": _("Ends holds that are over"),
    "wake_due": _("Wakes cases that were put off"),
    "remind": _("Reminds and escalates"),
    "close_recovery_checks": _("Closes recovery surveys nobody answered"),
    "plan_waves": _("Draws who is asked in a wave"),
    "repeat_waves": _("Makes waves that come again"),
    "schedule_waves": _("Invites the members of approved waves"),
    "close_waves": _("Closes waves whose last link has run out"),
    "settle_weekly_touchpoints": _("Asks those who were in touch during the week"),
    "mind_erased": _("Erases again what a restored backup brought back"),
    "tally_days": _("Counts the answers of ended days for reports"),
    "forget_requests": _("Forgets repeated requests of other systems"),
    "announce_missed": _("Announces events whose announcement was lost"),
    "announce_people": _("Writes to invited people and to stand-ins"),
    "announce_waves": _("Tells owners of waves that are to leave"),
    "announce_waiting_waves": _("Tells of waves that wait to be approved"),
    "read_bounces": _("Reads mails that came back"),
    "announce_bounces": _("Tells owners of addresses mail does not reach"),
    "enqueue_invitations": _("Prepares surveys that are due"),
    "enqueue_reminders": _("Prepares reminders of surveys"),
    "enqueue_thanks": _("Prepares thanks"),
    "enqueue_digests": _("Prepares morning mails"),
    "enqueue_weekly": _("Prepares weekly mails"),
    "enqueue_reports": _("Prepares reports by mail"),
    "deliver_due": _("Sends messages that are due"),
    "release_stuck": _("Takes back messages whose sender stopped"),
    "deliver_webhooks": _("Sends webhooks that are due"),
    "release_webhooks": _("Takes back webhooks whose sender stopped"),
    "delete_old": _("Deletes old messages"),
}
