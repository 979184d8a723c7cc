"""How is a survey sent to many: planned, looked at, approved, sent at a calm pace, paused, closed?

Planning and scheduling go through the base in chunks, each a transaction of its own, and go on where they stopped when
they were interrupted: a contact is a member once and is invited once.
"""

from .drafting import PRESETS, Preset, draft, unsaved
from .expectations import Preview, preview
from .lateness import is_late, put_off_mails, put_off_reminders
from .planning import forecast, plan, plan_drafts, reasons, replan
from .refusals import WaveRefused, WaveStepNotAllowed
from .repeating import MADE_BEFORE, repeat, repeat_due, stop
from .scheduling import first_day, schedule, schedule_approved
from .steps import announced, approve, close, close_finished, discard, pause, resume

__all__ = [
    "MADE_BEFORE",
    "PRESETS",
    "Preset",
    "Preview",
    "WaveRefused",
    "WaveStepNotAllowed",
    "announced",
    "approve",
    "close",
    "close_finished",
    "discard",
    "draft",
    "first_day",
    "forecast",
    "is_late",
    "pause",
    "plan",
    "plan_drafts",
    "preview",
    "put_off_mails",
    "put_off_reminders",
    "reasons",
    "repeat",
    "repeat_due",
    "replan",
    "resume",
    "schedule",
    "schedule_approved",
    "stop",
    "unsaved",
]
