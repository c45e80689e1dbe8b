"""The schema: one table a file."""

from oncometry.store.tables.acquisition_parameter import AcquisitionParameter
from oncometry.store.tables.artifact import ArtifactRow
from oncometry.store.tables.assessment import AssessmentRow
from oncometry.store.tables.clinical_row import ClinicalRowRow
from oncometry.store.tables.clinical_sheet import ClinicalSheetRow
from oncometry.store.tables.clinical_value import ClinicalValueRow
from oncometry.store.tables.cluster_assignment import ClusterAssignment
from oncometry.store.tables.cohort import CohortRow
from oncometry.store.tables.criteria_ruleset import CriteriaRuleset
from oncometry.store.tables.decision import DecisionRow
from oncometry.store.tables.decision_lesion import DecisionLesion
from oncometry.store.tables.dose_feature import DoseFeature
from oncometry.store.tables.dose_grid import DoseGrid
from oncometry.store.tables.dvh import DvhRow
from oncometry.store.tables.dvh_metric import DvhMetric
from oncometry.store.tables.event import EventRow
from oncometry.store.tables.experiment import Experiment
from oncometry.store.tables.explanation import Explanation
from oncometry.store.tables.extraction import Extraction
from oncometry.store.tables.failure import Failure
from oncometry.store.tables.feature_definition import FeatureDefinition
from oncometry.store.tables.feature_reliability import FeatureReliabilityRow
from oncometry.store.tables.feature_value import FeatureValue
from oncometry.store.tables.fit_ledger import FitLedger
from oncometry.store.tables.fitted_model import FittedModel
from oncometry.store.tables.growth_forecast import GrowthForecast
from oncometry.store.tables.input_file import InputFile
from oncometry.store.tables.instance import Instance
from oncometry.store.tables.lesion import LesionRow
from oncometry.store.tables.lesion_observation import LesionObservation
from oncometry.store.tables.lesion_reading import LesionReadingRow
from oncometry.store.tables.lesion_relation import LesionRelation
from oncometry.store.tables.lesion_role import LesionRoleRow
from oncometry.store.tables.measurement import MeasurementRow
from oncometry.store.tables.measurement_change import MeasurementChange
from oncometry.store.tables.metric import Metric
from oncometry.store.tables.model import Model, table_of
from oncometry.store.tables.ntcp_value import NtcpValueRow
from oncometry.store.tables.parameter_set import ParameterSet
from oncometry.store.tables.patient import Patient
from oncometry.store.tables.prediction import PredictionValue
from oncometry.store.tables.reader import ReaderRow
from oncometry.store.tables.reading_file import ReadingFileRow
from oncometry.store.tables.registration import RegistrationRow
from oncometry.store.tables.reliability_analysis import ReliabilityAnalysis
from oncometry.store.tables.response import ResponseRow
from oncometry.store.tables.response_input import ResponseInput
from oncometry.store.tables.response_probability import ResponseProbability
from oncometry.store.tables.row_count import RowCount
from oncometry.store.tables.run import Run
from oncometry.store.tables.run_software import RunSoftware
from oncometry.store.tables.run_step import RunStep
from oncometry.store.tables.segment import SegmentRow
from oncometry.store.tables.segmentation import SegmentationRow
from oncometry.store.tables.series import Series
from oncometry.store.tables.series_reading import SeriesReading
from oncometry.store.tables.software import Software
from oncometry.store.tables.split import Split
from oncometry.store.tables.split_member import SplitMember
from oncometry.store.tables.step_input import StepInputRow
from oncometry.store.tables.study import Study
from oncometry.store.tables.timepoint import TimepointRow
from oncometry.store.tables.toxicity import ToxicityRow
from oncometry.store.tables.treatment import TreatmentRow
from oncometry.store.tables.volume import VolumeRow
from oncometry.store.tables.voxel_histogram import VoxelHistogram

__all__ = [
    "AcquisitionParameter",
    "ArtifactRow",
    "AssessmentRow",
    "ClinicalRowRow",
    "ClinicalSheetRow",
    "ClinicalValueRow",
    "ClusterAssignment",
    "CohortRow",
    "CriteriaRuleset",
    "DecisionLesion",
    "DecisionRow",
    "DoseFeature",
    "DoseGrid",
    "DvhMetric",
    "DvhRow",
    "EventRow",
    "Experiment",
    "Explanation",
    "Extraction",
    "Failure",
    "FeatureDefinition",
    "FeatureReliabilityRow",
    "FeatureValue",
    "FitLedger",
    "FittedModel",
    "GrowthForecast",
    "InputFile",
    "Instance",
    "LesionObservation",
    "LesionReadingRow",
    "LesionRelation",
    "LesionRoleRow",
    "LesionRow",
    "MeasurementChange",
    "MeasurementRow",
    "Metric",
    "Model",
    "NtcpValueRow",
    "ParameterSet",
    "Patient",
    "PredictionValue",
    "ReaderRow",
    "ReadingFileRow",
    "RegistrationRow",
    "ReliabilityAnalysis",
    "ResponseInput",
    "ResponseProbability",
    "ResponseRow",
    "RowCount",
    "Run",
    "RunSoftware",
    "RunStep",
    "SegmentRow",
    "SegmentationRow",
    "Series",
    "SeriesReading",
    "Software",
    "Split",
    "SplitMember",
    "StepInputRow",
    "Study",
    "TimepointRow",
    "ToxicityRow",
    "TreatmentRow",
    "VolumeRow",
    "VoxelHistogram",
    "table_of",
]
