"""A timeline of measurements to response by published criteria, each verdict with its proof."""

from oncometry.response.assess import assess
from oncometry.response.assessment import Assessment, Proof, ResponseRow, response_columns
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.category import CATEGORIES, Category, Scope
from oncometry.response.clause import Clause, Evidence, Ruleset
from oncometry.response.course import Course
from oncometry.response.criterion import Criterion, Judgement
from oncometry.response.disagreement import Disagreement, disagreements
from oncometry.response.flip import Flip
from oncometry.response.outcome import Outcome
from oncometry.response.registry import ENTRY_POINTS, criteria, criterion_named
from oncometry.response.selection import Limits
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit
from oncometry.response.timelines import timelines
from oncometry.response.uncertainty import UncertaintySettings, drawn_course
from oncometry.response.units import column_unit, unit_of
from oncometry.response.visit_states import states_by_visit

__all__ = [
    "CATEGORIES",
    "ENTRY_POINTS",
    "Assessment",
    "Category",
    "Clause",
    "Course",
    "Criterion",
    "Disagreement",
    "Evidence",
    "Flip",
    "Judgement",
    "Limits",
    "Outcome",
    "OutcomeSettings",
    "Proof",
    "ResponseRow",
    "Ruleset",
    "Scope",
    "Timeline",
    "TimelineLesion",
    "TimelineVisit",
    "UncertaintySettings",
    "assess",
    "column_unit",
    "criteria",
    "criterion_named",
    "disagreements",
    "drawn_course",
    "response_columns",
    "states_by_visit",
    "timelines",
    "unit_of",
]
