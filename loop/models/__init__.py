"""The tables of following up: people, cases, their timeline, and the rules they follow."""

from .api_key import ApiKey, IdempotencyRecord
from .attempt import CallOutcome, Channel, ContactAttempt
from .calendar_feed import CalendarFeed
from .callback import Callback, CallbackState
from .case import Case
from .case_mail import CaseMail, Direction, MailState
from .case_pack import CaseMark, CasePack
from .case_query import Resolution, State
from .customer_page import CustomerPage, Said, Wish
from .data_request import Answer, DataRequest, Wanted
from .event import CaseEvent
from .file_import import FileImport, FileImportEvent, ImportKind, ImportState
from .file_pull import FilePull, FilePullRun, PullOutcome, PullPlace, PullRhythm, PullSignIn
from .guide import ConversationGuide
from .hold import Hold
from .mail_template import MailTemplate
from .outcome import Outcome, Verdict
from .people import Absence, Membership, Role, Team, User
from .policy import SlaPolicy, WorkCalendar
from .promise import Promise
from .quiet_hours import QuietHours
from .root_cause import RootCause
from .routing import AccountOwner, AssignmentRule, ConflictPolicy, Sharing, Turn
from .saved_view import SavedView
from .snooze import Snooze
from .study import Study, StudyCase
from .study import Turn as StudyTurn
from .sweep import SweepRun
from .thanks import Ask, Favour, Thank, Thanks, ThanksPolicy, WordRule
from .yardstick import Benchmark, ExchangeRate, Goal

__all__ = [
    "Absence",
    "AccountOwner",
    "Answer",
    "ApiKey",
    "Ask",
    "AssignmentRule",
    "Benchmark",
    "CalendarFeed",
    "CallOutcome",
    "Callback",
    "CallbackState",
    "Case",
    "CaseEvent",
    "CaseMail",
    "CaseMark",
    "CasePack",
    "Channel",
    "ConflictPolicy",
    "ContactAttempt",
    "ConversationGuide",
    "CustomerPage",
    "DataRequest",
    "Direction",
    "ExchangeRate",
    "Favour",
    "FileImport",
    "FileImportEvent",
    "FilePull",
    "FilePullRun",
    "Goal",
    "Hold",
    "IdempotencyRecord",
    "ImportKind",
    "ImportState",
    "MailState",
    "MailTemplate",
    "Membership",
    "Outcome",
    "Promise",
    "PullOutcome",
    "PullPlace",
    "PullRhythm",
    "PullSignIn",
    "QuietHours",
    "Resolution",
    "Role",
    "RootCause",
    "Said",
    "SavedView",
    "Sharing",
    "SlaPolicy",
    "Snooze",
    "State",
    "Study",
    "StudyCase",
    "StudyTurn",
    "SweepRun",
    "Team",
    "Thank",
    "Thanks",
    "ThanksPolicy",
    "Turn",
    "User",
    "Verdict",
    "Wanted",
    "Wish",
    "WordRule",
    "WorkCalendar",
]
