"""The tables of what customers said."""

from .account import Account
from .added_language import AddedLanguage
from .answer_pack import AnswerPack
from .answer_source import AnswerSource, ArrivalState, ArrivedAnswer, SourceKind
from .ask_by import AskBy
from .bounce import Bounce
from .contact import Contact, Suppression, SuppressionLift
from .invitation import Invitation
from .programme import OpenComplaint, ProgrammeRules
from .response import Response, ResponseRevision
from .series import WaveSeries, WaveTurn
from .survey import Survey, SurveyWording
from .survey_link import SurveyLink
from .suspicion import SuspectAnswer
from .tally import AnswerTally, TalliedDay, TallyMark
from .trigger import TouchpointEvent, TriggerRule
from .wave import Wave, WaveMember

__all__ = [
    "Account",
    "AddedLanguage",
    "AnswerPack",
    "AnswerSource",
    "AnswerTally",
    "ArrivalState",
    "ArrivedAnswer",
    "AskBy",
    "Bounce",
    "Contact",
    "Invitation",
    "OpenComplaint",
    "ProgrammeRules",
    "Response",
    "ResponseRevision",
    "SourceKind",
    "Suppression",
    "SuppressionLift",
    "Survey",
    "SurveyLink",
    "SurveyWording",
    "SuspectAnswer",
    "TalliedDay",
    "TallyMark",
    "TouchpointEvent",
    "TriggerRule",
    "Wave",
    "WaveMember",
    "WaveSeries",
    "WaveTurn",
]
