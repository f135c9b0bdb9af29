"""Exams, sittings, candidates, attempts and results: what their tables hold, by what belongs together."""

from lms.exams.models.attempts import BEGUN, RUNNING, AnswerEvent, Attempt, HeldEvent, Paper, QuestionUse
from lms.exams.models.candidates import ATTENDANCE, SOURCES, Candidate, CandidateGroup, CandidateUpload
from lms.exams.models.exams import EXAM, PRACTICE, TRYOUT, Blueprint, Exam
from lms.exams.models.results import Result
from lms.exams.models.sittings import AUDIENCES, EVENTS, MOVES, Sitting, SittingEvent

__all__ = [
    "ATTENDANCE",
    "AUDIENCES",
    "BEGUN",
    "EVENTS",
    "EXAM",
    "MOVES",
    "PRACTICE",
    "RUNNING",
    "SOURCES",
    "TRYOUT",
    "AnswerEvent",
    "Attempt",
    "Blueprint",
    "Candidate",
    "CandidateGroup",
    "CandidateUpload",
    "Exam",
    "HeldEvent",
    "Paper",
    "QuestionUse",
    "Result",
    "Sitting",
    "SittingEvent",
]
