"""Which jobs run by the clock, how often, and why?

A tick only means "do what is due": it may be missed, doubled or late without harm. `manage.py sweep` does the same work
without a broker. Intervals are plain seconds, so changes of daylight saving do not touch them.
"""

from typing import Any, NamedTuple


class Job(NamedTuple):
    """One line of the table."""

    name: str
    task: str  # dotted path of the task
    seconds: int  # between two ticks
    queue: str  # alerts: about cases, never behind mail; mail: talks to mail servers; webhooks: to anybody
    why: str


JOBS = (
    Job("open missed cases", "loop.tasks.open_missed_cases", 60, "alerts", "cases that could not open with the answer"),
    Job("read arrived", "loop.tasks.read_arrived", 15, "alerts", "survey tools told of answers, or a try is due again"),
    Job("fetch arrived", "loop.tasks.fetch_arrived", 15, "webhooks", "answers told by id are asked for at the tool"),
    Job("forget arrived", "loop.tasks.forget_arrived", 86400, "mail", "what tools sent is kept for 90 days"),
    Job("settle absences", "loop.tasks.settle_absences", 60, "alerts", "absences begin and end with the day"),
    Job("customers' word", "loop.tasks.take_customers_at_their_word", 30, "alerts", "solved or not, a minute after"),
    Job("close missed calls", "loop.tasks.close_missed_calls", 300, "alerts", "a customer waited for our call"),
    Job("remind of calls", "loop.tasks.remind_of_calls", 60, "alerts", "an agreed call begins within the hour"),
    Job("ask why", "loop.tasks.ask_why", 60, "alerts", "a low score came without a word"),
    Job("thanks", "loop.tasks.decide_missed_thanks", 300, "mail", "answers nobody has decided to thank for"),
    Job("end holds", "loop.tasks.end_holds", 60, "alerts", "what a customer asked us to wait for has come"),
    Job("end snoozes", "loop.tasks.wake_due", 60, "alerts", "somebody put off being reminded until now"),
    Job("remind", "loop.tasks.remind", 30, "alerts", "reminders and escalations fall due"),
    Job("close recovery checks", "loop.tasks.close_recovery_checks", 3600, "alerts", "silence is an outcome too"),
    Job("plan waves", "loop.tasks.plan_waves", 60, "mail", "who is asked in a wave of a large base"),
    Job("repeat waves", "loop.tasks.repeat_waves", 900, "mail", "waves that come again are made a week before"),
    Job("schedule waves", "loop.tasks.schedule_waves", 60, "mail", "members of approved waves are invited"),
    Job("close waves", "loop.tasks.close_waves", 3600, "mail", "a wave ends when its last link has run out"),
    Job("settle weekly", "loop.tasks.settle_weekly_touchpoints", 900, "mail", "the day of a weekly rule has come"),
    Job("mind erased", "loop.tasks.mind_erased", 3600, "mail", "a restored backup brings back who was erased"),
    Job("tally days", "loop.tasks.tally_days", 600, "mail", "answers of ended days are counted once, for reports"),
    Job("fetch files", "loop.tasks.fetch_files", 60, "webhooks", "files that are fetched regularly fall due"),
    Job("follow fetched", "loop.tasks.follow_fetched", 30, "mail", "fetched files are imported without a word"),
    Job("imports", "loop.tasks.work_on_imports", 30, "mail", "uploaded files wait to be looked through or imported"),
    Job("forget imports", "loop.tasks.forget_imports", 3600, "mail", "files of imports are not kept beyond 30 days"),
    Job("forget requests", "loop.tasks.forget_requests", 3600, "mail", "answers kept for repeated requests run out"),
    Job("announce missed", "notifications.tasks.announce_missed", 30, "alerts", "events whose announcement was lost"),
    Job("announce people", "notifications.tasks.announce_people", 30, "alerts", "invited people and stand-ins wait"),
    Job("announce waves", "notifications.tasks.announce_waves", 60, "mail", "owners nobody has told of a wave yet"),
    Job("announce waiting", "notifications.tasks.announce_waiting_waves", 300, "mail", "waves wait for their approval"),
    Job("announce files", "notifications.tasks.announce_troubled_pulls", 300, "mail", "files that do not come in"),
    Job("read bounces", "notifications.tasks.read_bounces", 300, "mail", "mails come back to the mailbox for it"),
    Job("announce bounces", "notifications.tasks.announce_bounces", 60, "mail", "owners learn that an address is dead"),
    Job("enqueue invitations", "notifications.tasks.enqueue_invitations", 60, "mail", "surveys fall due to be sent"),
    Job("enqueue reminders", "notifications.tasks.enqueue_reminders", 300, "mail", "surveys that were not answered"),
    Job("enqueue thanks", "notifications.tasks.enqueue_thanks", 60, "mail", "answers have settled and are thanked for"),
    Job("enqueue digests", "notifications.tasks.enqueue_digests", 300, "alerts", "it is half past seven somewhere"),
    Job("enqueue weekly", "notifications.tasks.enqueue_weekly", 900, "mail", "a week begins for those who lead"),
    Job(
        "enqueue reports",
        "notifications.tasks.enqueue_reports",
        900,
        "mail",
        "a week or month begins for who subscribed",
    ),
    Job("deliver due", "notifications.tasks.deliver_due", 15, "mail", "messages leave at their time, or again"),
    Job("release stuck", "notifications.tasks.release_stuck", 60, "mail", "messages whose worker died"),
    Job("deliver webhooks", "notifications.tasks.deliver_webhooks", 5, "webhooks", "other systems are told, or again"),
    Job("release webhooks", "notifications.tasks.release_webhooks", 60, "webhooks", "webhooks whose worker died"),
    Job("delete old", "notifications.tasks.delete_old", 86400, "mail", "messages are not kept beyond their use"),
)

QUEUES = tuple(sorted({job.queue for job in JOBS}))


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the table as Celery beat reads it.

    A tick that waited longer than its interval is dropped: the next one does its work.
    """
    return {
        job.name: {
            "task": job.task,
            "schedule": job.seconds,
            "options": {"queue": job.queue, "expires": job.seconds},
        }
        for job in JOBS
    }
