"""Tables of a cohort, from files to responses and experiments.

Revision 0001, the first.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MYSQL = ("mysql", "mariadb")
OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
LONG_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), *MYSQL)
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *MYSQL)


def _create_feature_definition() -> None:
    op.create_table(
        "feature_definition",
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("ibsi_id", sa.String(length=64), nullable=True),
        sa.Column("tag", sa.String(length=120), nullable=False),
        sa.Column("filter", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_definition")),
        sa.UniqueConstraint(
            "family", "name", "tag", "filter", "unit", name=op.f("uq_feature_definition_family")
        ),
        **OPTIONS,
    )


def _create_parameter_set() -> None:
    op.create_table(
        "parameter_set",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("parameters", LONG_TEXT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_set")),
        sa.UniqueConstraint("sha256", name=op.f("uq_parameter_set_sha256")),
        **OPTIONS,
    )


def _create_cohort() -> None:
    op.create_table(
        "cohort",
        sa.Column("identifier", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("identifier", name=op.f("uq_cohort_identifier")),
        **OPTIONS,
    )


def _create_row_count() -> None:
    op.create_table(
        "row_count",
        sa.Column("table_name", sa.String(length=255), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("written >= 0", name=op.f("ck_row_count_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_count")),
        sa.UniqueConstraint("table_name", name=op.f("uq_row_count_table_name")),
        **OPTIONS,
    )


def _create_software() -> None:
    op.create_table(
        "software",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_software")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_software_name")),
        **OPTIONS,
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("software_id", sa.Integer(), nullable=False),
        sa.Column("started", INSTANT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["software_id"], ["software.id"], name=op.f("fk_run_software_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        **OPTIONS,
    )


def _create_run_step() -> None:
    op.create_table(
        "run_step",
        sa.Column("step_key", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Integer(), nullable=False),
        sa.Column("parameter_set_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("started", INSTANT, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("error", LONG_TEXT, nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "status = 'done' OR error IS NOT NULL", name=op.f("ck_run_step_failure_has_error")
        ),
        sa.CheckConstraint("status IN ('done', 'failed')", name=op.f("ck_run_step_status")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_run_step_seconds")),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"], ["parameter_set.id"], name=op.f("fk_run_step_parameter_set_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_step_run_id")),
        sa.ForeignKeyConstraint(["software_id"], ["software.id"], name=op.f("fk_run_step_software_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_step")),
        sa.UniqueConstraint("step_key", name=op.f("uq_run_step_step_key")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_run_step_run_id"), "run_step", ["run_id"], unique=False)
    op.create_index(op.f("ix_run_step_scope"), "run_step", ["scope"], unique=False)


def _create_artifact() -> None:
    op.create_table(
        "artifact",
        sa.Column("path", LONG_TEXT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_artifact_size")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_artifact_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_artifact_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_artifact_is_current"), "artifact", ["is_current"], unique=False)
    op.create_index(op.f("ix_artifact_run_step_id"), "artifact", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_artifact_sha256"), "artifact", ["sha256"], unique=False)


def _create_clinical_sheet() -> None:
    op.create_table(
        "clinical_sheet",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("columns", LONG_TEXT, nullable=False),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_clinical_sheet_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_sheet")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_clinical_sheet_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_clinical_sheet_is_current"), "clinical_sheet", ["is_current"], unique=False)
    op.create_index(op.f("ix_clinical_sheet_name"), "clinical_sheet", ["name"], unique=False)
    op.create_index(op.f("ix_clinical_sheet_run_step_id"), "clinical_sheet", ["run_step_id"], unique=False)


def _create_input_file() -> None:
    op.create_table(
        "input_file",
        sa.Column("shown", LONG_TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("detail", LONG_TEXT, nullable=False),
        sa.Column("duplicate_of", LONG_TEXT, nullable=True),
        sa.Column("member_of", sa.String(length=200), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "status <> 'quarantined' OR code IS NOT NULL", name=op.f("ck_input_file_quarantined_has_code")
        ),
        sa.CheckConstraint(
            "status IN ('used', 'duplicate', 'quarantined')", name=op.f("ck_input_file_status")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_input_file_size")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_input_file_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_file")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_input_file_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_input_file_is_current"), "input_file", ["is_current"], unique=False)
    op.create_index(op.f("ix_input_file_member_of"), "input_file", ["member_of"], unique=False)
    op.create_index(op.f("ix_input_file_run_step_id"), "input_file", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_input_file_sha256"), "input_file", ["sha256"], unique=False)


def _create_patient() -> None:
    op.create_table(
        "patient",
        sa.Column("identifier", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_patient_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("identifier", name=op.f("uq_patient_identifier")),
        sa.UniqueConstraint("subject", name=op.f("uq_patient_subject")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_patient_run_step_id"), "patient", ["run_step_id"], unique=False)


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("series_key", sa.String(length=200), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_series_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("series_key", name=op.f("uq_series_series_key")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_series_run_step_id"), "series", ["run_step_id"], unique=False)


def _create_step_input() -> None:
    op.create_table(
        "step_input",
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "kind IN ('file', 'artifact', 'series', 'mask', 'step')", name=op.f("ck_step_input_kind")
        ),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_step_input_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_input")),
        sa.UniqueConstraint("run_step_id", "position", name=op.f("uq_step_input_run_step_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_step_input_identity"), "step_input", ["identity"], unique=False)


def _create_clinical_row() -> None:
    op.create_table(
        "clinical_row",
        sa.Column("clinical_sheet_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=255), nullable=False),
        sa.Column("sheet_row", sa.Integer(), nullable=False),
        sa.Column("patient_identifier", LONG_TEXT, nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("detail", LONG_TEXT, nullable=False),
        sa.Column("cells", LONG_TEXT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "status <> 'matched' OR patient_identifier IS NOT NULL",
            name=op.f("ck_clinical_row_matched_has_patient"),
        ),
        sa.CheckConstraint(
            "status = 'matched' OR code IS NOT NULL", name=op.f("ck_clinical_row_left_out_has_code")
        ),
        sa.CheckConstraint(
            "status IN ('matched', 'unmatched', 'conflicting', 'excluded')",
            name=op.f("ck_clinical_row_status"),
        ),
        sa.ForeignKeyConstraint(
            ["clinical_sheet_id"], ["clinical_sheet.id"], name=op.f("fk_clinical_row_clinical_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_row")),
        sa.UniqueConstraint(
            "clinical_sheet_id", "sheet", "sheet_row", name=op.f("uq_clinical_row_clinical_sheet_id")
        ),
        **OPTIONS,
    )


def _create_failure() -> None:
    op.create_table(
        "failure",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("what", LONG_TEXT, nullable=False),
        sa.Column("path", LONG_TEXT, nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_failure_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_failure_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_failure_is_current"), "failure", ["is_current"], unique=False)
    op.create_index(op.f("ix_failure_patient_id"), "failure", ["patient_id"], unique=False)


def _create_study() -> None:
    op.create_table(
        "study",
        sa.Column("study_instance_uid", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_study_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_study_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("study_instance_uid", name=op.f("uq_study_study_instance_uid")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_study_patient_id"), "study", ["patient_id"], unique=False)
    op.create_index(op.f("ix_study_run_step_id"), "study", ["run_step_id"], unique=False)


def _create_timepoint() -> None:
    op.create_table(
        "timepoint",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("acquired", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_timepoint_number")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_timepoint_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_timepoint_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timepoint")),
        sa.UniqueConstraint("patient_id", "anchor", name=op.f("uq_timepoint_patient_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_timepoint_run_step_id"), "timepoint", ["run_step_id"], unique=False)


def _create_volume() -> None:
    op.create_table(
        "volume",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("derivation", sa.String(length=64), nullable=False),
        sa.Column("path", LONG_TEXT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("steps", LONG_TEXT, nullable=False),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("size_i", sa.Integer(), nullable=False),
        sa.Column("size_j", sa.Integer(), nullable=False),
        sa.Column("size_k", sa.Integer(), nullable=False),
        sa.Column("spacing_i_mm", sa.Double(), nullable=False),
        sa.Column("spacing_j_mm", sa.Double(), nullable=False),
        sa.Column("spacing_k_mm", sa.Double(), nullable=False),
        sa.Column("affine_lps_mm", LONG_TEXT, nullable=False),
        sa.Column("frame_of_reference_uid", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("derivation IN ('native', 'preprocessed')", name=op.f("ck_volume_derivation")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_volume_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_volume_run_step_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_volume_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_volume_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_volume_is_current"), "volume", ["is_current"], unique=False)
    op.create_index(op.f("ix_volume_patient_id"), "volume", ["patient_id"], unique=False)
    op.create_index(op.f("ix_volume_run_step_id"), "volume", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_volume_series_id"), "volume", ["series_id"], unique=False)


def _create_clinical_value() -> None:
    op.create_table(
        "clinical_value",
        sa.Column("name", LONG_TEXT, nullable=False),
        sa.Column("text", LONG_TEXT, nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=255), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("clinical_sheet_id", sa.Integer(), nullable=False),
        sa.Column("clinical_row_id", sa.Integer(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("text IS NULL OR number IS NULL", name=op.f("ck_clinical_value_one_kind")),
        sa.ForeignKeyConstraint(
            ["clinical_row_id"], ["clinical_row.id"], name=op.f("fk_clinical_value_clinical_row_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinical_sheet_id"], ["clinical_sheet.id"], name=op.f("fk_clinical_value_clinical_sheet_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_clinical_value_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_clinical_value_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_value")),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_clinical_value_clinical_row_id"), "clinical_value", ["clinical_row_id"], unique=False
    )
    op.create_index(op.f("ix_clinical_value_patient_id"), "clinical_value", ["patient_id"], unique=False)
    op.create_index(op.f("ix_clinical_value_run_step_id"), "clinical_value", ["run_step_id"], unique=False)
    op.create_index(
        op.f("ix_clinical_value_clinical_sheet_id"), "clinical_value", ["clinical_sheet_id"], unique=False
    )


def _create_dose_grid() -> None:
    op.create_table(
        "dose_grid",
        sa.Column("dose_key", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("dose_type", sa.String(length=64), nullable=False),
        sa.Column("summation_type", sa.String(length=64), nullable=False),
        sa.Column("plan_uid", sa.String(length=64), nullable=True),
        sa.Column("plan_sha256", sa.String(length=64), nullable=True),
        sa.Column("fractions_planned", sa.Integer(), nullable=True),
        sa.Column("prescribed_gy", sa.Double(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("size_i", sa.Integer(), nullable=False),
        sa.Column("size_j", sa.Integer(), nullable=False),
        sa.Column("size_k", sa.Integer(), nullable=False),
        sa.Column("spacing_i_mm", sa.Double(), nullable=False),
        sa.Column("spacing_j_mm", sa.Double(), nullable=False),
        sa.Column("spacing_k_mm", sa.Double(), nullable=False),
        sa.Column("affine_lps_mm", LONG_TEXT, nullable=False),
        sa.Column("frame_of_reference_uid", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_dose_grid_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_dose_grid_run_step_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_dose_grid_study_id")),
        sa.ForeignKeyConstraint(["timepoint_id"], ["timepoint.id"], name=op.f("fk_dose_grid_timepoint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_grid")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_dose_grid_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_dose_grid_dose_key"), "dose_grid", ["dose_key"], unique=False)
    op.create_index(op.f("ix_dose_grid_is_current"), "dose_grid", ["is_current"], unique=False)
    op.create_index(op.f("ix_dose_grid_patient_id"), "dose_grid", ["patient_id"], unique=False)
    op.create_index(op.f("ix_dose_grid_run_step_id"), "dose_grid", ["run_step_id"], unique=False)


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("endpoint", sa.String(length=255), nullable=False),
        sa.Column("observed", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("clinical_sheet_id", sa.Integer(), nullable=False),
        sa.Column("clinical_row_id", sa.Integer(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinical_row_id"], ["clinical_row.id"], name=op.f("fk_event_clinical_row_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinical_sheet_id"], ["clinical_sheet.id"], name=op.f("fk_event_clinical_sheet_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_event_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_event_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_event_clinical_row_id"), "event", ["clinical_row_id"], unique=False)
    op.create_index(op.f("ix_event_patient_id"), "event", ["patient_id"], unique=False)
    op.create_index(op.f("ix_event_run_step_id"), "event", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_event_clinical_sheet_id"), "event", ["clinical_sheet_id"], unique=False)


def _create_lesion() -> None:
    op.create_table(
        "lesion",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("first_timepoint_id", sa.Integer(), nullable=True),
        sa.Column("display_id", sa.String(length=64), nullable=False),
        sa.Column("tracking_uid", sa.String(length=200), nullable=False),
        sa.Column("excluded", LONG_TEXT, nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["first_timepoint_id"], ["timepoint.id"], name=op.f("fk_lesion_first_timepoint_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_lesion_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_lesion_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesion")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_lesion_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_lesion_is_current"), "lesion", ["is_current"], unique=False)
    op.create_index(op.f("ix_lesion_patient_id"), "lesion", ["patient_id"], unique=False)
    op.create_index(op.f("ix_lesion_run_step_id"), "lesion", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_lesion_tracking_uid"), "lesion", ["tracking_uid"], unique=False)


def _create_registration() -> None:
    op.create_table(
        "registration",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=False),
        sa.Column("fixed_series_id", sa.Integer(), nullable=False),
        sa.Column("moving_series_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("quality_before", sa.Double(), nullable=False),
        sa.Column("translation_mm", sa.Double(), nullable=False),
        sa.Column("rotation_deg", sa.Double(), nullable=False),
        sa.Column("matrix", LONG_TEXT, nullable=False),
        sa.Column("jacobian_minimum", sa.Double(), nullable=True),
        sa.Column("jacobian_maximum", sa.Double(), nullable=True),
        sa.Column("inverse_error_mm", sa.Double(), nullable=True),
        sa.Column("refused", LONG_TEXT, nullable=False),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("scope IN ('sequence', 'date')", name=op.f("ck_registration_scope")),
        sa.ForeignKeyConstraint(
            ["fixed_series_id"], ["series.id"], name=op.f("fk_registration_fixed_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["moving_series_id"], ["series.id"], name=op.f("fk_registration_moving_series_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_registration_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_registration_run_step_id")),
        sa.ForeignKeyConstraint(
            ["timepoint_id"], ["timepoint.id"], name=op.f("fk_registration_timepoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_registration_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_registration_is_current"), "registration", ["is_current"], unique=False)
    op.create_index(op.f("ix_registration_patient_id"), "registration", ["patient_id"], unique=False)
    op.create_index(op.f("ix_registration_run_step_id"), "registration", ["run_step_id"], unique=False)


def _create_segmentation() -> None:
    op.create_table(
        "segmentation",
        sa.Column("mask_key", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("linked_by", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("scheme_source", sa.String(length=64), nullable=False),
        sa.Column("description", LONG_TEXT, nullable=False),
        sa.Column("network", sa.String(length=64), nullable=True),
        sa.Column("network_version", sa.String(length=64), nullable=True),
        sa.Column("network_sha256", sa.String(length=64), nullable=True),
        sa.Column("backend", sa.String(length=64), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("path", LONG_TEXT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("geometry_trusted", sa.Boolean(), nullable=False),
        sa.Column("small_parts", sa.Integer(), nullable=False),
        sa.Column("small_parts_ml", sa.Double(), nullable=True),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("size_i", sa.Integer(), nullable=False),
        sa.Column("size_j", sa.Integer(), nullable=False),
        sa.Column("size_k", sa.Integer(), nullable=False),
        sa.Column("spacing_i_mm", sa.Double(), nullable=False),
        sa.Column("spacing_j_mm", sa.Double(), nullable=False),
        sa.Column("spacing_k_mm", sa.Double(), nullable=False),
        sa.Column("affine_lps_mm", LONG_TEXT, nullable=False),
        sa.Column("frame_of_reference_uid", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "scheme_source IN ('stated', 'file', 'guessed')", name=op.f("ck_segmentation_scheme_source")
        ),
        sa.CheckConstraint("small_parts >= 0", name=op.f("ck_segmentation_small_parts")),
        sa.CheckConstraint(
            "(kind = 'NETWORK') = (network IS NOT NULL)", name=op.f("ck_segmentation_network")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_segmentation_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_segmentation_run_step_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_segmentation_series_id")),
        sa.ForeignKeyConstraint(
            ["timepoint_id"], ["timepoint.id"], name=op.f("fk_segmentation_timepoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segmentation")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_segmentation_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_segmentation_is_current"), "segmentation", ["is_current"], unique=False)
    op.create_index(op.f("ix_segmentation_mask_key"), "segmentation", ["mask_key"], unique=False)
    op.create_index(op.f("ix_segmentation_patient_id"), "segmentation", ["patient_id"], unique=False)
    op.create_index(op.f("ix_segmentation_run_step_id"), "segmentation", ["run_step_id"], unique=False)


def _create_series_reading() -> None:
    op.create_table(
        "series_reading",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=True),
        sa.Column("series_instance_uid", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("modality", sa.String(length=64), nullable=False),
        sa.Column("contrast", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("evidence", LONG_TEXT, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("description", LONG_TEXT, nullable=False),
        sa.Column("acquired", sa.Date(), nullable=True),
        sa.Column("study_date", sa.Date(), nullable=True),
        sa.Column("frame", sa.Integer(), nullable=True),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("size_i", sa.Integer(), nullable=False),
        sa.Column("size_j", sa.Integer(), nullable=False),
        sa.Column("size_k", sa.Integer(), nullable=False),
        sa.Column("spacing_i_mm", sa.Double(), nullable=False),
        sa.Column("spacing_j_mm", sa.Double(), nullable=False),
        sa.Column("spacing_k_mm", sa.Double(), nullable=False),
        sa.Column("affine_lps_mm", LONG_TEXT, nullable=False),
        sa.Column("frame_of_reference_uid", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_series_reading_confidence")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_series_reading_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_series_reading_run_step_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_reading_series_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_series_reading_study_id")),
        sa.ForeignKeyConstraint(
            ["timepoint_id"], ["timepoint.id"], name=op.f("fk_series_reading_timepoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_reading")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_series_reading_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_series_reading_is_current"), "series_reading", ["is_current"], unique=False)
    op.create_index(op.f("ix_series_reading_patient_id"), "series_reading", ["patient_id"], unique=False)
    op.create_index(op.f("ix_series_reading_run_step_id"), "series_reading", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_series_reading_series_id"), "series_reading", ["series_id"], unique=False)
    op.create_index(op.f("ix_series_reading_study_id"), "series_reading", ["study_id"], unique=False)
    op.create_index(op.f("ix_series_reading_timepoint_id"), "series_reading", ["timepoint_id"], unique=False)


def _create_toxicity() -> None:
    op.create_table(
        "toxicity",
        sa.Column("term", LONG_TEXT, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("ctcae_version", sa.String(length=64), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("clinical_sheet_id", sa.Integer(), nullable=False),
        sa.Column("clinical_row_id", sa.Integer(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("grade BETWEEN 0 AND 5", name=op.f("ck_toxicity_grade")),
        sa.ForeignKeyConstraint(
            ["clinical_row_id"], ["clinical_row.id"], name=op.f("fk_toxicity_clinical_row_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinical_sheet_id"], ["clinical_sheet.id"], name=op.f("fk_toxicity_clinical_sheet_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_toxicity_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_toxicity_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toxicity")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_toxicity_clinical_row_id"), "toxicity", ["clinical_row_id"], unique=False)
    op.create_index(op.f("ix_toxicity_patient_id"), "toxicity", ["patient_id"], unique=False)
    op.create_index(op.f("ix_toxicity_run_step_id"), "toxicity", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_toxicity_clinical_sheet_id"), "toxicity", ["clinical_sheet_id"], unique=False)


def _create_treatment() -> None:
    op.create_table(
        "treatment",
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("agent", LONG_TEXT, nullable=False),
        sa.Column("start_day", sa.Integer(), nullable=True),
        sa.Column("end_day", sa.Integer(), nullable=True),
        sa.Column("dose_gy", sa.Double(), nullable=True),
        sa.Column("fractions", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("clinical_sheet_id", sa.Integer(), nullable=False),
        sa.Column("clinical_row_id", sa.Integer(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("dose_gy >= 0", name=op.f("ck_treatment_dose_gy")),
        sa.CheckConstraint("fractions >= 0", name=op.f("ck_treatment_fractions")),
        sa.ForeignKeyConstraint(
            ["clinical_row_id"], ["clinical_row.id"], name=op.f("fk_treatment_clinical_row_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinical_sheet_id"], ["clinical_sheet.id"], name=op.f("fk_treatment_clinical_sheet_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_treatment_patient_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_treatment_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_treatment_clinical_row_id"), "treatment", ["clinical_row_id"], unique=False)
    op.create_index(op.f("ix_treatment_patient_id"), "treatment", ["patient_id"], unique=False)
    op.create_index(op.f("ix_treatment_run_step_id"), "treatment", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_treatment_clinical_sheet_id"), "treatment", ["clinical_sheet_id"], unique=False)


def _create_acquisition_parameter() -> None:
    op.create_table(
        "acquisition_parameter",
        sa.Column("series_reading_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("value", LONG_TEXT, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["series_reading_id"],
            ["series_reading.id"],
            name=op.f("fk_acquisition_parameter_series_reading_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acquisition_parameter")),
        sa.UniqueConstraint(
            "series_reading_id", "name", name=op.f("uq_acquisition_parameter_series_reading_id")
        ),
        **OPTIONS,
    )


def _create_extraction() -> None:
    op.create_table(
        "extraction",
        sa.Column("segmentation_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("mask_lesion", sa.Integer(), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("parameter_set_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"], ["parameter_set.id"], name=op.f("fk_extraction_parameter_set_id")
        ),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_extraction_run_step_id")),
        sa.ForeignKeyConstraint(
            ["segmentation_id"], ["segmentation.id"], name=op.f("fk_extraction_segmentation_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_extraction_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_extraction_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_extraction_is_current"), "extraction", ["is_current"], unique=False)
    op.create_index(op.f("ix_extraction_run_step_id"), "extraction", ["run_step_id"], unique=False)
    op.create_index(op.f("ix_extraction_segmentation_id"), "extraction", ["segmentation_id"], unique=False)


def _create_feature_value() -> None:
    op.create_table(
        "feature_value",
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("feature_definition_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_feature_value_null_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["extraction_id"], ["extraction.id"], name=op.f("fk_feature_value_extraction_id")
        ),
        sa.ForeignKeyConstraint(
            ["feature_definition_id"],
            ["feature_definition.id"],
            name=op.f("fk_feature_value_feature_definition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_value")),
        sa.UniqueConstraint(
            "extraction_id", "feature_definition_id", name=op.f("uq_feature_value_extraction_id")
        ),
        **OPTIONS,
    )


def _create_reliability_analysis() -> None:
    op.create_table(
        "reliability_analysis",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("icc_kind", sa.String(length=64), nullable=False),
        sa.Column("data", sa.String(length=255), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("parameter_set_id", sa.Integer(), nullable=True),
        sa.Column("perturbation_set_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "source IN ('perturbation', 'test-retest')", name=op.f("ck_reliability_analysis_source")
        ),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"], ["parameter_set.id"], name=op.f("fk_reliability_analysis_parameter_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["perturbation_set_id"],
            ["parameter_set.id"],
            name=op.f("fk_reliability_analysis_perturbation_set_id"),
        ),
        sa.ForeignKeyConstraint(
            ["run_step_id"], ["run_step.id"], name=op.f("fk_reliability_analysis_run_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reliability_analysis")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_reliability_analysis_content_sha256")),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_reliability_analysis_is_current"), "reliability_analysis", ["is_current"], unique=False
    )
    op.create_index(
        op.f("ix_reliability_analysis_run_step_id"), "reliability_analysis", ["run_step_id"], unique=False
    )


def _create_feature_reliability() -> None:
    op.create_table(
        "feature_reliability",
        sa.Column("reliability_analysis_id", sa.Integer(), nullable=False),
        sa.Column("feature_definition_id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=False),
        sa.Column("icc", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "icc IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_feature_reliability_null_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["feature_definition_id"],
            ["feature_definition.id"],
            name=op.f("fk_feature_reliability_feature_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reliability_analysis_id"],
            ["reliability_analysis.id"],
            name=op.f("fk_feature_reliability_reliability_analysis_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_reliability")),
        sa.UniqueConstraint(
            "reliability_analysis_id",
            "feature_definition_id",
            "group_name",
            name=op.f("uq_feature_reliability_reliability_analysis_id"),
        ),
        **OPTIONS,
    )


def _create_instance() -> None:
    op.create_table(
        "instance",
        sa.Column("series_reading_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=200), nullable=True),
        sa.Column("instance_number", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["series_reading_id"], ["series_reading.id"], name=op.f("fk_instance_series_reading_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("series_reading_id", "position", name=op.f("uq_instance_series_reading_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_instance_sha256"), "instance", ["sha256"], unique=False)
    op.create_index(op.f("ix_instance_sop_instance_uid"), "instance", ["sop_instance_uid"], unique=False)


def _create_lesion_observation() -> None:
    op.create_table(
        "lesion_observation",
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=False),
        sa.Column("segmentation_id", sa.Integer(), nullable=True),
        sa.Column("mask_lesion", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason", LONG_TEXT, nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "status = 'measured' OR reason IS NOT NULL",
            name=op.f("ck_lesion_observation_unmeasured_has_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('measured', 'too small to measure', 'absent', 'not evaluable', 'not imaged')",
            name=op.f("ck_lesion_observation_status"),
        ),
        sa.CheckConstraint(
            "(segmentation_id IS NULL) = (mask_lesion IS NULL)",
            name=op.f("ck_lesion_observation_mask_lesion"),
        ),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name=op.f("fk_lesion_observation_lesion_id")),
        sa.ForeignKeyConstraint(
            ["segmentation_id"], ["segmentation.id"], name=op.f("fk_lesion_observation_segmentation_id")
        ),
        sa.ForeignKeyConstraint(
            ["timepoint_id"], ["timepoint.id"], name=op.f("fk_lesion_observation_timepoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesion_observation")),
        sa.UniqueConstraint(
            "lesion_id", "timepoint_id", "segmentation_id", name=op.f("uq_lesion_observation_lesion_id")
        ),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_lesion_observation_segmentation_id"), "lesion_observation", ["segmentation_id"], unique=False
    )
    op.create_index(
        op.f("ix_lesion_observation_timepoint_id"), "lesion_observation", ["timepoint_id"], unique=False
    )


def _create_lesion_relation() -> None:
    op.create_table(
        "lesion_relation",
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("earlier_timepoint_id", sa.Integer(), nullable=False),
        sa.Column("later_timepoint_id", sa.Integer(), nullable=False),
        sa.Column("earlier_segmentation_id", sa.Integer(), nullable=True),
        sa.Column("later_segmentation_id", sa.Integer(), nullable=True),
        sa.Column("earlier_lesion", sa.Integer(), nullable=True),
        sa.Column("later_lesion", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "relation IN ('same', 'new', 'split', 'merge')", name=op.f("ck_lesion_relation_relation")
        ),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_lesion_relation_score")),
        sa.ForeignKeyConstraint(
            ["earlier_segmentation_id"],
            ["segmentation.id"],
            name=op.f("fk_lesion_relation_earlier_segmentation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["earlier_timepoint_id"], ["timepoint.id"], name=op.f("fk_lesion_relation_earlier_timepoint_id")
        ),
        sa.ForeignKeyConstraint(
            ["later_segmentation_id"],
            ["segmentation.id"],
            name=op.f("fk_lesion_relation_later_segmentation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["later_timepoint_id"], ["timepoint.id"], name=op.f("fk_lesion_relation_later_timepoint_id")
        ),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name=op.f("fk_lesion_relation_lesion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesion_relation")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_lesion_relation_lesion_id"), "lesion_relation", ["lesion_id"], unique=False)


def _create_measurement() -> None:
    op.create_table(
        "measurement",
        sa.Column("segmentation_id", sa.Integer(), nullable=False),
        sa.Column("mask_lesion", sa.Integer(), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("volume_ml", sa.Double(), nullable=True),
        sa.Column("longest_diameter_mm", sa.Double(), nullable=True),
        sa.Column("perpendicular_mm", sa.Double(), nullable=True),
        sa.Column("product_mm2", sa.Double(), nullable=True),
        sa.Column("short_axis_mm", sa.Double(), nullable=True),
        sa.Column("diameter_3d_mm", sa.Double(), nullable=True),
        sa.Column("surface_mm2", sa.Double(), nullable=True),
        sa.Column("centroid_x_mm", sa.Double(), nullable=True),
        sa.Column("centroid_y_mm", sa.Double(), nullable=True),
        sa.Column("centroid_z_mm", sa.Double(), nullable=True),
        sa.Column("box_lps_mm", LONG_TEXT, nullable=True),
        sa.Column("slice", sa.Integer(), nullable=True),
        sa.Column("slice_axis", sa.String(length=64), nullable=True),
        sa.Column("voxels", sa.Integer(), nullable=False),
        sa.Column("longest_lps_mm", LONG_TEXT, nullable=True),
        sa.Column("perpendicular_lps_mm", LONG_TEXT, nullable=True),
        sa.Column("diameter_3d_lps_mm", LONG_TEXT, nullable=True),
        sa.Column("outline_lps_mm", LONG_TEXT, nullable=False),
        sa.Column("standard_errors", LONG_TEXT, nullable=False),
        sa.Column("leaves_lesion", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("flags", LONG_TEXT, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "source IN ('contours', 'probability', 'voxels')", name=op.f("ck_measurement_source")
        ),
        sa.CheckConstraint("diameter_3d_mm >= 0", name=op.f("ck_measurement_diameter_3d_mm")),
        sa.CheckConstraint("longest_diameter_mm >= 0", name=op.f("ck_measurement_longest_diameter_mm")),
        sa.CheckConstraint("perpendicular_mm >= 0", name=op.f("ck_measurement_perpendicular_mm")),
        sa.CheckConstraint("product_mm2 >= 0", name=op.f("ck_measurement_product_mm2")),
        sa.CheckConstraint("short_axis_mm >= 0", name=op.f("ck_measurement_short_axis_mm")),
        sa.CheckConstraint("surface_mm2 >= 0", name=op.f("ck_measurement_surface_mm2")),
        sa.CheckConstraint("volume_ml >= 0", name=op.f("ck_measurement_volume_ml")),
        sa.CheckConstraint(
            "volume_ml IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_measurement_null_has_reason")
        ),
        sa.CheckConstraint("voxels >= 0", name=op.f("ck_measurement_voxels")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_measurement_run_step_id")),
        sa.ForeignKeyConstraint(
            ["segmentation_id"], ["segmentation.id"], name=op.f("fk_measurement_segmentation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "segmentation_id",
            "mask_lesion",
            "compartment",
            "label",
            name=op.f("uq_measurement_segmentation_id"),
        ),
        **OPTIONS,
    )
    op.create_index(op.f("ix_measurement_run_step_id"), "measurement", ["run_step_id"], unique=False)


def _create_segment() -> None:
    op.create_table(
        "segment",
        sa.Column("segmentation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("voxels", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.Double(), nullable=True),
        sa.Column("tracking_uid", sa.String(length=200), nullable=True),
        sa.Column("tracking_id", sa.String(length=255), nullable=True),
        sa.Column("meaning", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("volume_ml >= 0", name=op.f("ck_segment_volume_ml")),
        sa.CheckConstraint(
            "volume_ml IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_segment_null_has_reason")
        ),
        sa.CheckConstraint("voxels >= 0", name=op.f("ck_segment_voxels")),
        sa.ForeignKeyConstraint(
            ["segmentation_id"], ["segmentation.id"], name=op.f("fk_segment_segmentation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("segmentation_id", "number", name=op.f("uq_segment_segmentation_id")),
        **OPTIONS,
    )


def _create_voxel_histogram() -> None:
    op.create_table(
        "voxel_histogram",
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("edges", LONG_TEXT, nullable=False),
        sa.Column("counts", LONG_TEXT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"], ["extraction.id"], name=op.f("fk_voxel_histogram_extraction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voxel_histogram")),
        sa.UniqueConstraint("extraction_id", name=op.f("uq_voxel_histogram_extraction_id")),
        **OPTIONS,
    )


def _create_dvh() -> None:
    op.create_table(
        "dvh",
        sa.Column("dose_grid_id", sa.Integer(), nullable=False),
        sa.Column("segmentation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("fractions", sa.Integer(), nullable=True),
        sa.Column("fractions_source", sa.String(length=64), nullable=True),
        sa.Column("volume_cc", sa.Double(), nullable=True),
        sa.Column("outside_cc", sa.Double(), nullable=True),
        sa.Column("min_gy", sa.Double(), nullable=True),
        sa.Column("max_gy", sa.Double(), nullable=True),
        sa.Column("mean_gy", sa.Double(), nullable=True),
        sa.Column("curve", LONG_TEXT, nullable=False),
        sa.Column("file_volume_cc", sa.Double(), nullable=True),
        sa.Column("file_difference_gy", sa.Double(), nullable=True),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("parameter_set_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("mean_gy IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_dvh_null_has_reason")),
        sa.ForeignKeyConstraint(["dose_grid_id"], ["dose_grid.id"], name=op.f("fk_dvh_dose_grid_id")),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"], ["parameter_set.id"], name=op.f("fk_dvh_parameter_set_id")
        ),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_dvh_run_step_id")),
        sa.ForeignKeyConstraint(
            ["segmentation_id"], ["segmentation.id"], name=op.f("fk_dvh_segmentation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dvh")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_dvh_content_sha256")),
        **OPTIONS,
    )
    for column in ("dose_grid_id", "is_current", "run_step_id", "segmentation_id"):
        op.create_index(op.f(f"ix_dvh_{column}"), "dvh", [column], unique=False)


def _create_dvh_metric() -> None:
    op.create_table(
        "dvh_metric",
        sa.Column("dvh_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_dvh_metric_null_has_reason")
        ),
        sa.ForeignKeyConstraint(["dvh_id"], ["dvh.id"], name=op.f("fk_dvh_metric_dvh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dvh_metric")),
        sa.UniqueConstraint("dvh_id", "quantity", "name", name=op.f("uq_dvh_metric_dvh_id")),
        **OPTIONS,
    )


def _create_dose_feature() -> None:
    op.create_table(
        "dose_feature",
        sa.Column("dvh_id", sa.Integer(), nullable=False),
        sa.Column("feature_definition_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_dose_feature_null_has_reason")
        ),
        sa.ForeignKeyConstraint(["dvh_id"], ["dvh.id"], name=op.f("fk_dose_feature_dvh_id")),
        sa.ForeignKeyConstraint(
            ["feature_definition_id"],
            ["feature_definition.id"],
            name=op.f("fk_dose_feature_feature_definition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_feature")),
        sa.UniqueConstraint("dvh_id", "feature_definition_id", name=op.f("uq_dose_feature_dvh_id")),
        **OPTIONS,
    )


def _create_ntcp_value() -> None:
    op.create_table(
        "ntcp_value",
        sa.Column("dvh_id", sa.Integer(), nullable=False),
        sa.Column("ntcp_set", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=255), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("checked", sa.String(length=64), nullable=False),
        sa.Column("doi", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_ntcp_value_null_has_reason")
        ),
        sa.CheckConstraint(
            "value IS NULL OR (value >= 0 AND value <= 1)", name=op.f("ck_ntcp_value_probability")
        ),
        sa.ForeignKeyConstraint(["dvh_id"], ["dvh.id"], name=op.f("fk_ntcp_value_dvh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ntcp_value")),
        sa.UniqueConstraint("dvh_id", "ntcp_set", name=op.f("uq_ntcp_value_dvh_id")),
        **OPTIONS,
    )


def _create_run_software() -> None:
    op.create_table(
        "run_software",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("software_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_software_run_id")),
        sa.ForeignKeyConstraint(["software_id"], ["software.id"], name=op.f("fk_run_software_software_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_software")),
        sa.UniqueConstraint("run_id", "software_id", name=op.f("uq_run_software_run_id")),
        **OPTIONS,
    )


def _create_measurement_change() -> None:
    op.create_table(
        "measurement_change",
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("baseline_id", sa.Integer(), nullable=False),
        sa.Column("volume_change_percent", sa.Double(), nullable=True),
        sa.Column("diameter_change_percent", sa.Double(), nullable=True),
        sa.Column("product_change_percent", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "volume_change_percent IS NOT NULL OR reason IS NOT NULL",
            name=op.f("ck_measurement_change_null_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["measurement.id"], name=op.f("fk_measurement_change_baseline_id")
        ),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name=op.f("fk_measurement_change_lesion_id")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_measurement_change_measurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement_change")),
        sa.UniqueConstraint("lesion_id", "measurement_id", name=op.f("uq_measurement_change_lesion_id")),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_measurement_change_measurement_id"), "measurement_change", ["measurement_id"], unique=False
    )


def _create_reader() -> None:
    op.create_table(
        "reader",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sa.UniqueConstraint("name", name=op.f("uq_reader_name")),
        **OPTIONS,
    )


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("why", LONG_TEXT, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=True),
        sa.Column("criteria", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("compartment", sa.String(length=64), nullable=True),
        sa.Column("quantity", sa.String(length=64), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.Column("accepted_reader_id", sa.Integer(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "(kind = 'accept') = (accepted_reader_id IS NOT NULL)", name=op.f("ck_decision_accepts")
        ),
        sa.CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name=op.f("ck_decision_undoes")),
        sa.CheckConstraint(
            "kind IN ('link', 'split', 'exclude', 'role', 'measure', 'status', 'state', 'accept', 'undo')",
            name=op.f("ck_decision_kind"),
        ),
        sa.CheckConstraint("why <> ''", name=op.f("ck_decision_why")),
        sa.ForeignKeyConstraint(
            ["accepted_reader_id"], ["reader.id"], name=op.f("fk_decision_accepted_reader_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_decision_patient_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_decision_reader_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["decision.id"], name=op.f("fk_decision_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_decision_patient_id"), "decision", ["patient_id"], unique=False)


def _create_decision_lesion() -> None:
    op.create_table(
        "decision_lesion",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lesion", sa.String(length=64), nullable=False),
        sa.Column("tracking_uid", sa.String(length=200), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=True),
        sa.Column("mask_key", sa.String(length=200), nullable=True),
        sa.Column("mask_lesion", sa.Integer(), nullable=True),
        sa.Column("centroid_x_mm", sa.Double(), nullable=True),
        sa.Column("centroid_y_mm", sa.Double(), nullable=True),
        sa.Column("centroid_z_mm", sa.Double(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_decision_lesion_position")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_lesion_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_lesion")),
        sa.UniqueConstraint("decision_id", "position", name=op.f("uq_decision_lesion_decision_id")),
        **OPTIONS,
    )


def _create_reading_file() -> None:
    op.create_table(
        "reading_file",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_reading_file_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_file")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_reading_file_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_reading_file_is_current"), "reading_file", ["is_current"], unique=False)
    op.create_index(op.f("ix_reading_file_name"), "reading_file", ["name"], unique=False)
    op.create_index(op.f("ix_reading_file_run_step_id"), "reading_file", ["run_step_id"], unique=False)


def _create_lesion_reading() -> None:
    op.create_table(
        "lesion_reading",
        sa.Column("reading_file_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=True),
        sa.Column("timepoint", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("visit_number", sa.Double(), nullable=True),
        sa.Column("lesion", sa.String(length=255), nullable=False),
        sa.Column("tracking_uid", sa.String(length=200), nullable=True),
        sa.Column("lesion_uid", sa.String(length=200), nullable=True),
        sa.Column("matched_by", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason", LONG_TEXT, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.Column("organ", sa.String(length=255), nullable=True),
        sa.Column("is_node", sa.Boolean(), nullable=True),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("slice_thickness_mm", sa.Double(), nullable=True),
        sa.Column("part_of", sa.String(length=255), nullable=True),
        sa.Column("merged_into", sa.String(length=255), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("longest_diameter_mm", sa.Double(), nullable=True),
        sa.Column("short_axis_mm", sa.Double(), nullable=True),
        sa.Column("product_mm2", sa.Double(), nullable=True),
        sa.Column("volume_ml", sa.Double(), nullable=True),
        sa.Column("sul_peak", sa.Double(), nullable=True),
        sa.Column("total_lesion_glycolysis_ml", sa.Double(), nullable=True),
        sa.Column("standard_errors", LONG_TEXT, nullable=False),
        sa.Column("sources", LONG_TEXT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "matched_by IN ('tracking uid', 'name', 'place')", name=op.f("ck_lesion_reading_matched_by")
        ),
        sa.CheckConstraint("role IN ('target', 'non-target', 'new')", name=op.f("ck_lesion_reading_role")),
        sa.CheckConstraint(
            "state IN ('absent', 'present', 'unequivocal progression')", name=op.f("ck_lesion_reading_state")
        ),
        sa.CheckConstraint(
            "status IN ('measured', 'too small to measure', 'absent', 'not evaluable', 'not imaged')",
            name=op.f("ck_lesion_reading_status"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_lesion_reading_patient_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_lesion_reading_reader_id")),
        sa.ForeignKeyConstraint(
            ["reading_file_id"], ["reading_file.id"], name=op.f("fk_lesion_reading_reading_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["timepoint_id"], ["timepoint.id"], name=op.f("fk_lesion_reading_timepoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesion_reading")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_lesion_reading_lesion_uid"), "lesion_reading", ["lesion_uid"], unique=False)
    op.create_index(op.f("ix_lesion_reading_patient_id"), "lesion_reading", ["patient_id"], unique=False)
    op.create_index(
        op.f("ix_lesion_reading_reading_file_id"), "lesion_reading", ["reading_file_id"], unique=False
    )


def _create_criteria_ruleset() -> None:
    op.create_table(
        "criteria_ruleset",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("clauses", LONG_TEXT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_ruleset")),
        sa.UniqueConstraint("sha256", name=op.f("uq_criteria_ruleset_sha256")),
        **OPTIONS,
    )


def _create_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("criteria_ruleset_id", sa.Integer(), nullable=False),
        sa.Column("notices", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["criteria_ruleset_id"], ["criteria_ruleset.id"], name=op.f("fk_assessment_criteria_ruleset_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_assessment_patient_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_assessment_reader_id")),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_assessment_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_assessment_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_assessment_is_current"), "assessment", ["is_current"], unique=False)
    op.create_index(op.f("ix_assessment_patient_id"), "assessment", ["patient_id"], unique=False)
    op.create_index(op.f("ix_assessment_run_step_id"), "assessment", ["run_step_id"], unique=False)


def _create_lesion_role() -> None:
    op.create_table(
        "lesion_role",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("lesion", sa.String(length=255), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("tracking_uid", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "decided_by IN ('selection', 'reader', 'decision')", name=op.f("ck_lesion_role_decided_by")
        ),
        sa.CheckConstraint("role IN ('target', 'non-target', 'new')", name=op.f("ck_lesion_role_role")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_lesion_role_assessment_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_lesion_role_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesion_role")),
        sa.UniqueConstraint(
            "assessment_id", "lesion", "compartment", name=op.f("uq_lesion_role_assessment_id")
        ),
        **OPTIONS,
    )
    op.create_index(op.f("ix_lesion_role_tracking_uid"), "lesion_role", ["tracking_uid"], unique=False)


def _create_response() -> None:
    op.create_table(
        "response",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("timepoint_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("nadir", sa.Double(), nullable=True),
        sa.Column("change_from_baseline_percent", sa.Double(), nullable=True),
        sa.Column("change_from_nadir_percent", sa.Double(), nullable=True),
        sa.Column("flip_lesion", sa.String(length=255), nullable=True),
        sa.Column("flip_quantity", sa.String(length=64), nullable=True),
        sa.Column("flip_amount", sa.Double(), nullable=True),
        sa.Column("flip_category", sa.String(length=64), nullable=True),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.Column("explanation", LONG_TEXT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("accept_decision_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("visit >= 0", name=op.f("ck_response_visit")),
        sa.ForeignKeyConstraint(
            ["accept_decision_id"], ["decision.id"], name=op.f("fk_response_accept_decision_id")
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_response_assessment_id")),
        sa.ForeignKeyConstraint(["timepoint_id"], ["timepoint.id"], name=op.f("fk_response_timepoint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("assessment_id", "visit", "scope", name=op.f("uq_response_assessment_id")),
        **OPTIONS,
    )


def _create_response_probability() -> None:
    op.create_table(
        "response_probability",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 1", name=op.f("ck_response_probability_probability")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_response_probability_assessment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_probability")),
        sa.UniqueConstraint(
            "assessment_id", "visit", "scope", "category", name=op.f("uq_response_probability_assessment_id")
        ),
        **OPTIONS,
    )


def _create_response_input() -> None:
    op.create_table(
        "response_input",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("lesion", sa.String(length=255), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason", LONG_TEXT, nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("measurement_id", sa.Integer(), nullable=True),
        sa.Column("lesion_reading_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "measurement_id IS NULL OR lesion_reading_id IS NULL", name=op.f("ck_response_input_one_source")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_response_input_assessment_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_response_input_decision_id")),
        sa.ForeignKeyConstraint(
            ["lesion_reading_id"], ["lesion_reading.id"], name=op.f("fk_response_input_lesion_reading_id")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_response_input_measurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_input")),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_response_input_assessment_id"), "response_input", ["assessment_id"], unique=False
    )
    op.create_index(
        op.f("ix_response_input_measurement_id"), "response_input", ["measurement_id"], unique=False
    )


def _create_experiment() -> None:
    op.create_table(
        "experiment",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("endpoint", sa.String(length=255), nullable=False),
        sa.Column("declaration", LONG_TEXT, nullable=False),
        sa.Column("declaration_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["run_step_id"], ["run_step.id"], name=op.f("fk_experiment_run_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_experiment_content_sha256")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_experiment_is_current"), "experiment", ["is_current"], unique=False)
    op.create_index(op.f("ix_experiment_name"), "experiment", ["name"], unique=False)
    op.create_index(op.f("ix_experiment_run_step_id"), "experiment", ["run_step_id"], unique=False)


def _create_split() -> None:
    op.create_table(
        "split",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("kind IN ('outer', 'fit')", name=op.f("ck_split_kind")),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiment.id"], name=op.f("fk_split_experiment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split")),
        sa.UniqueConstraint("experiment_id", "number", name=op.f("uq_split_experiment_id")),
        **OPTIONS,
    )


def _create_cluster_assignment() -> None:
    op.create_table(
        "cluster_assignment",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("search", sa.String(length=120), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_cluster_assignment_experiment_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_cluster_assignment_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_assignment")),
        sa.UniqueConstraint(
            "experiment_id", "search", "patient_id", name=op.f("uq_cluster_assignment_experiment_id")
        ),
        **OPTIONS,
    )
    op.create_index(
        op.f("ix_cluster_assignment_patient_id"), "cluster_assignment", ["patient_id"], unique=False
    )


def _create_explanation() -> None:
    op.create_table(
        "explanation",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("features", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("feature", sa.String(length=255), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("at_value", sa.Double(), nullable=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_explanation_experiment_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_explanation_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
        sa.UniqueConstraint("experiment_id", "position", name=op.f("uq_explanation_experiment_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_explanation_patient_id"), "explanation", ["patient_id"], unique=False)


def _create_fitted_model() -> None:
    op.create_table(
        "fitted_model",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("features", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("card", LONG_TEXT, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_fitted_model_experiment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_model")),
        sa.UniqueConstraint("experiment_id", "model", "features", name=op.f("uq_fitted_model_experiment_id")),
        **OPTIONS,
    )


def _create_metric() -> None:
    op.create_table(
        "metric",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.String(length=120), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("features", sa.String(length=120), nullable=False),
        sa.Column("metric", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("method", sa.String(length=120), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_metric_null_has_reason")),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiment.id"], name=op.f("fk_metric_experiment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric")),
        sa.UniqueConstraint("experiment_id", "position", name=op.f("uq_metric_experiment_id")),
        **OPTIONS,
    )


def _create_fit_ledger() -> None:
    op.create_table(
        "fit_ledger",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fitted_object", sa.String(length=255), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("split_number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("role IN ('train', 'seen')", name=op.f("ck_fit_ledger_role")),
        sa.ForeignKeyConstraint(
            ["experiment_id", "split_number"],
            ["split.experiment_id", "split.number"],
            name=op.f("fk_fit_ledger_experiment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_ledger")),
        sa.UniqueConstraint("experiment_id", "position", name=op.f("uq_fit_ledger_experiment_id")),
        **OPTIONS,
    )


def _create_prediction() -> None:
    op.create_table(
        "prediction",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("split_number", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("features", sa.String(length=120), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("observed", sa.Double(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id", "split_number"],
            ["split.experiment_id", "split.number"],
            name=op.f("fk_prediction_experiment_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_prediction_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.UniqueConstraint(
            "experiment_id",
            "split_number",
            "model",
            "features",
            "patient_id",
            "target",
            name=op.f("uq_prediction_experiment_id"),
        ),
        **OPTIONS,
    )
    op.create_index(op.f("ix_prediction_patient_id"), "prediction", ["patient_id"], unique=False)


def _create_growth_forecast() -> None:
    op.create_table(
        "growth_forecast",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("lesion", sa.String(length=64), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("reader_lesion", sa.String(length=255), nullable=True),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("course", sa.String(length=64), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Double(), nullable=False),
        sa.Column("day", sa.Double(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("sources", LONG_TEXT, nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("run_step_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_growth_forecast_patient_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_growth_forecast_reader_id")),
        sa.ForeignKeyConstraint(
            ["run_step_id"], ["run_step.id"], name=op.f("fk_growth_forecast_run_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_forecast")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_growth_forecast_content_sha256")),
        **OPTIONS,
    )
    for column in ("is_current", "patient_id", "reader_id", "run_step_id"):
        op.create_index(op.f(f"ix_growth_forecast_{column}"), "growth_forecast", [column], unique=False)


def _create_split_member() -> None:
    op.create_table(
        "split_member",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("split_number", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.CheckConstraint("role IN ('train', 'test', 'seen')", name=op.f("ck_split_member_role")),
        sa.ForeignKeyConstraint(
            ["experiment_id", "split_number"],
            ["split.experiment_id", "split.number"],
            name=op.f("fk_split_member_experiment_id"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_split_member_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split_member")),
        sa.UniqueConstraint(
            "experiment_id", "split_number", "patient_id", name=op.f("uq_split_member_experiment_id")
        ),
        **OPTIONS,
    )
    op.create_index(op.f("ix_split_member_patient_id"), "split_member", ["patient_id"], unique=False)


TABLES = (
    ("cohort", _create_cohort),
    ("feature_definition", _create_feature_definition),
    ("parameter_set", _create_parameter_set),
    ("row_count", _create_row_count),
    ("software", _create_software),
    ("run", _create_run),
    ("run_software", _create_run_software),
    ("run_step", _create_run_step),
    ("artifact", _create_artifact),
    ("clinical_sheet", _create_clinical_sheet),
    ("input_file", _create_input_file),
    ("patient", _create_patient),
    ("series", _create_series),
    ("step_input", _create_step_input),
    ("clinical_row", _create_clinical_row),
    ("failure", _create_failure),
    ("study", _create_study),
    ("timepoint", _create_timepoint),
    ("volume", _create_volume),
    ("clinical_value", _create_clinical_value),
    ("dose_grid", _create_dose_grid),
    ("event", _create_event),
    ("lesion", _create_lesion),
    ("registration", _create_registration),
    ("segmentation", _create_segmentation),
    ("reliability_analysis", _create_reliability_analysis),
    ("series_reading", _create_series_reading),
    ("toxicity", _create_toxicity),
    ("treatment", _create_treatment),
    ("acquisition_parameter", _create_acquisition_parameter),
    ("extraction", _create_extraction),
    ("feature_reliability", _create_feature_reliability),
    ("feature_value", _create_feature_value),
    ("instance", _create_instance),
    ("lesion_observation", _create_lesion_observation),
    ("lesion_relation", _create_lesion_relation),
    ("measurement", _create_measurement),
    ("segment", _create_segment),
    ("voxel_histogram", _create_voxel_histogram),
    ("measurement_change", _create_measurement_change),
    ("dvh", _create_dvh),
    ("dvh_metric", _create_dvh_metric),
    ("ntcp_value", _create_ntcp_value),
    ("dose_feature", _create_dose_feature),
    ("reader", _create_reader),
    ("decision", _create_decision),
    ("decision_lesion", _create_decision_lesion),
    ("reading_file", _create_reading_file),
    ("lesion_reading", _create_lesion_reading),
    ("criteria_ruleset", _create_criteria_ruleset),
    ("assessment", _create_assessment),
    ("lesion_role", _create_lesion_role),
    ("response", _create_response),
    ("response_probability", _create_response_probability),
    ("response_input", _create_response_input),
    ("experiment", _create_experiment),
    ("split", _create_split),
    ("cluster_assignment", _create_cluster_assignment),
    ("explanation", _create_explanation),
    ("fitted_model", _create_fitted_model),
    ("metric", _create_metric),
    ("fit_ledger", _create_fit_ledger),
    ("prediction", _create_prediction),
    ("split_member", _create_split_member),
    ("growth_forecast", _create_growth_forecast),
)


def upgrade() -> None:
    """Create the tables, those that others refer to first."""
    for _, create in TABLES:
        create()


def downgrade() -> None:
    """Drop them in the other direction."""
    for name, _ in reversed(TABLES):
        op.drop_table(name)
