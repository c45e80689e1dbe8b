"""Mistakes that a new user makes, command by command, and what each must be answered with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MISTAKES", "Mistake"]


@dataclass(frozen=True)
class Mistake:
    """What is typed behind `oncometry`, and the answer.

    Attributes:
        typed: `new` is a place where nothing is; URL, WRONG and NOWHERE are databases: as it should be, with a wrong
            password, of a server that is not there.
        exit: of the README's list.
        says: the code, or words of the line that tells how a command is used.
    """

    typed: str
    exit: int
    says: str


RUN = (
    Mistake("run", 2, "Missing argument"),
    Mistake("run scans", 2, "Missing option '-o'"),
    Mistake("run nowhere -o new", 3, "NOTHING_FOUND"),
    Mistake("run empty -o new", 3, "NOTHING_FOUND"),
    Mistake("run text.txt -o new", 3, "nothing found"),
    Mistake("run cut.nii.gz -o new", 4, "TRUNCATED"),
    Mistake("run locked -o new", 2, "not readable"),
    Mistake("run partly -o new", 8, "UNREADABLE"),
    Mistake("run scans -o text.txt", 1, "NOT_A_COHORT"),
    Mistake("run scans -o other", 1, "NOT_A_COHORT"),
    Mistake("run scans -o scans/inside", 2, "SETTINGS"),
    Mistake("run cohort -o cohort", 2, "SETTINGS"),
    Mistake("run scans -o sealed/new", 1, "WRITE_FAILED"),
    Mistake("run scans -o full/new", 1, "disk is full"),
    Mistake("run scans -o newer", 1, "SCHEMA_NEWER"),
    Mistake("run scans -o older", 1, "STORE"),
    Mistake("run scans -o new --masks nowhere", 3, "NOTHING_FOUND"),
    Mistake("run scans -o new --clinical nowhere.xlsx", 3, "NOTHING_FOUND"),
    Mistake("run scans -o new --clinical image.nii.gz", 4, "UNSUPPORTED_TYPE"),
    Mistake("run scans -o new --config broken.yaml", 2, "SETTINGS"),
    Mistake("run scans -o new --scheme brats", 2, "SETTINGS"),
    Mistake("run scans -o new --jobs none", 2, "--jobs"),
    Mistake("run scans -o new --deidentify", 2, "SETTINGS"),
    Mistake("run scans -o new --deidentify --key nowhere.key", 2, "SETTINGS"),
    Mistake("run scans -o new --database WRONG", 1, "STORE"),
    Mistake("run scans -o new --database NOWHERE", 1, "STORE"),
    Mistake("run scans -o new --database oracle://x", 2, "SETTINGS"),
    Mistake("run scans -o cohort --database URL", 2, "SETTINGS"),
)
CURATE = (
    Mistake("curate scans", 2, "Missing option '-o'"),
    Mistake("curate nowhere -o new", 3, "NOTHING_FOUND"),
    Mistake("curate empty -o new", 3, "NOTHING_FOUND"),
    Mistake("curate text.txt -o new", 3, "nothing found"),
    Mistake("curate cut.nii.gz -o new", 4, "TRUNCATED"),
    Mistake("curate locked -o new", 2, "not readable"),
    Mistake("curate partly -o new", 8, "UNREADABLE"),
    Mistake("curate new -o scans", 3, "NOTHING_FOUND"),
    Mistake("curate scans -o other", 1, "NOT_A_COHORT"),
    Mistake("curate scans -o full/new", 1, "disk is full"),
    Mistake("curate scans -o older", 1, "STORE"),
    Mistake("curate scans -o new --geometry best", 2, "SETTINGS"),
    Mistake("curate scans -o new --database WRONG", 1, "STORE"),
)
DEIDENTIFY = (
    Mistake("deidentify scans -o new", 2, "Missing option '--key'"),
    Mistake("deidentify scans -o new --key nowhere.key", 2, "SETTINGS"),
    Mistake("deidentify scans -o new --key text.txt", 2, "SETTINGS"),
    Mistake("deidentify scans -o new --key secret.key --new-key", 2, "SETTINGS"),
    Mistake("deidentify scans -o new --key new/secret.key --new-key", 2, "SETTINGS"),
    Mistake("deidentify scans -o new --key sealed/a.key --new-key", 2, "SETTINGS"),
    Mistake("deidentify nowhere -o new --key secret.key", 3, "NOTHING_FOUND"),
    Mistake("deidentify empty -o new --key secret.key", 3, "NOTHING_FOUND"),
    Mistake("deidentify locked -o new --key secret.key", 2, "not readable"),
    Mistake("deidentify partly -o new --key secret.key", 8, "UNREADABLE"),
    Mistake("deidentify cut.nii.gz -o new --key secret.key", 4, "TRUNCATED"),
    Mistake("deidentify text.txt -o new --key secret.key", 3, "NOT_AN_IMAGE"),
    Mistake("deidentify scans -o other --key secret.key", 2, "SETTINGS"),
    Mistake("deidentify scans -o clean --key another.key", 2, "SETTINGS"),
    Mistake("deidentify scans -o scans/inside --key secret.key", 2, "SETTINGS"),
    Mistake("deidentify scans -o sealed/new --key secret.key", 1, "WRITE_FAILED"),
    Mistake("deidentify scans -o full/new --key secret.key", 1, "WRITE_FAILED"),
    Mistake("deidentify scans -o new --key secret.key --option names", 2, "--option"),
    Mistake("deidentify scans -o new --key secret.key --clinical nowhere.csv", 3, "NOTHING_FOUND"),
    Mistake("deidentify scans -o new --key secret.key --crosswalk new/who.csv", 2, "SETTINGS"),
)
MEASURE = (
    Mistake("measure", 2, "Missing argument"),
    Mistake("measure nowhere.nii.gz", 3, "NOTHING_FOUND"),
    Mistake("measure scans", 4, "NOT_AN_IMAGE"),
    Mistake("measure image.nii.gz", 4, "LABEL_UNKNOWN"),
    Mistake("measure cut.nii.gz", 4, "TRUNCATED"),
    Mistake("measure locked/mask.nii.gz", 1, "UNREADABLE"),
    Mistake("measure locked.nii.gz", 2, "not readable"),
    Mistake("measure mask.nii.gz --image partly", 4, "UNREADABLE"),
    Mistake("measure zeros.nii.gz", 4, "MASK_EMPTY"),
    Mistake("measure text.txt", 4, "NOT_AN_IMAGE"),
    Mistake("measure mask.nii.gz --image nowhere", 3, "NOTHING_FOUND"),
    Mistake("measure mask.nii.gz --image other.nii.gz", 4, "GEOMETRY_MISMATCH"),
    Mistake("measure image.nii.gz --image mask.nii.gz", 4, "LABEL_UNKNOWN"),
    Mistake("measure mask.nii.gz --image empty", 4, "NOTHING_FOUND"),
    Mistake("measure mask.nii.gz --scheme none", 2, "SETTINGS"),
    Mistake("measure mask.nii.gz --join near", 2, "--join"),
    Mistake("measure mask.nii.gz --config nowhere.yaml", 2, "SETTINGS"),
)
FEATURES = (
    Mistake("features", 2, "Missing argument"),
    Mistake("features image.nii.gz", 2, "SETTINGS"),
    Mistake("features nowhere.nii.gz mask.nii.gz", 3, "NOTHING_FOUND"),
    Mistake("features image.nii.gz nowhere.nii.gz", 3, "NOTHING_FOUND"),
    Mistake("features mask.nii.gz image.nii.gz", 4, "LABEL_UNKNOWN"),
    Mistake("features image.nii.gz cut.nii.gz", 4, "TRUNCATED"),
    Mistake("features image.nii.gz locked/mask.nii.gz", 1, "UNREADABLE"),
    Mistake("features image.nii.gz zeros.nii.gz", 4, "MASK_EMPTY"),
    Mistake("features other.nii.gz mask.nii.gz", 4, "GEOMETRY_MISMATCH"),
    Mistake("features image.nii.gz text.txt", 4, "NOT_AN_IMAGE"),
    Mistake("features image.nii.gz mask.nii.gz --label 7", 4, "LABEL_ABSENT"),
    Mistake("features image.nii.gz mask.nii.gz --label tumor", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz --spec isbi", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz --spec nowhere.yaml", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz --spec broken.yaml", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz --spec unknown.yaml", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz --unit Hounsfield", 2, "--unit"),
    Mistake("features image.nii.gz mask.nii.gz -o new.xlsx", 2, "SETTINGS"),
    Mistake("features image.nii.gz mask.nii.gz -o full/new.csv", 1, "WRITE_FAILED"),
    Mistake("features sheet.csv", 2, "SETTINGS"),
    Mistake("features nowhere.csv", 3, "NOTHING_FOUND"),
)
LABELS = (
    Mistake("labels", 2, "Missing argument"),
    Mistake("labels nowhere", 3, "NOTHING_FOUND"),
    Mistake("labels scans", 4, "NOT_AN_IMAGE"),
    Mistake("labels image.nii.gz", 4, "LABEL_UNKNOWN"),
    Mistake("labels cut.nii.gz", 4, "TRUNCATED"),
    Mistake("labels locked.nii.gz", 2, "not readable"),
    Mistake("labels text.txt", 4, "NOT_AN_IMAGE"),
    Mistake("labels cohort", 4, "NOT_AN_IMAGE"),
    Mistake("labels mask.nii.gz --scheme none", 2, "SETTINGS"),
    Mistake("labels mask.nii.gz --image image.nii.gz", 2, "No such option"),
)
CLINICAL = (
    Mistake("clinical sheet.csv", 2, "Missing argument"),
    Mistake("clinical nowhere.csv cohort", 3, "NOTHING_FOUND"),
    Mistake("clinical cohort sheet.csv", 3, "NOTHING_FOUND"),
    Mistake("clinical image.nii.gz cohort", 4, "UNSUPPORTED_TYPE"),
    Mistake("clinical nobody.csv cohort", 2, "COLUMN_MISSING"),
    Mistake("clinical locked.csv cohort", 2, "not readable"),
    Mistake("clinical sheet.csv nowhere", 3, "NOTHING_FOUND"),
    Mistake("clinical sheet.csv scans", 1, "NOT_A_COHORT"),
    Mistake("clinical sheet.csv newer", 1, "SCHEMA_NEWER"),
    Mistake("clinical sheet.csv older", 1, "STORE"),
    Mistake("clinical sheet.csv cohort --config broken.yaml", 2, "SETTINGS"),
    Mistake("clinical sheet.csv served --database WRONG", 1, "STORE"),
)
REPORT = (
    Mistake("report", 2, "Missing argument"),
    Mistake("report nowhere", 3, "NOTHING_FOUND"),
    Mistake("report scans", 1, "NOT_A_COHORT"),
    Mistake("report text.txt", 1, "NOT_A_COHORT"),
    Mistake("report newer", 1, "SCHEMA_NEWER"),
    Mistake("report older", 1, "STORE"),
    Mistake("report damaged", 1, "STORE"),
    Mistake("report full/cohort", 1, "Free some space"),
    Mistake("report cohort -o page.html", 2, "No such option"),
    Mistake("report served", 1, "STORE"),
    Mistake("report served --database WRONG", 1, "STORE"),
    Mistake("report cohort --database NOWHERE", 2, "SETTINGS"),
)
EXPORT = (
    Mistake("export cohort", 2, "Missing option '-o'"),
    Mistake("export nowhere -o new", 3, "NOTHING_FOUND"),
    Mistake("export new -o cohort", 3, "NOTHING_FOUND"),
    Mistake("export scans -o new", 1, "NOT_A_COHORT"),
    Mistake("export cohort --to pdf -o new", 2, "SETTINGS"),
    Mistake("export cohort -o text.txt", 1, "WRITE_FAILED"),
    Mistake("export cohort -o sealed/new", 1, "WRITE_FAILED"),
    Mistake("export cohort -o full/new", 1, "WRITE_FAILED"),
    Mistake("export newer -o new", 1, "SCHEMA_NEWER"),
    Mistake("export older -o new", 1, "STORE"),
    Mistake("export damaged -o new", 1, "STORE"),
    Mistake("export served -o new --database WRONG", 1, "STORE"),
)
WHY = (
    Mistake("why cohort", 2, "Missing argument"),
    Mistake("why cohort nonsense", 3, "NOTHING_FOUND"),
    Mistake("why cohort measurement:99999", 3, "NOTHING_FOUND"),
    Mistake("why cohort measurement:1:weight", 3, "NOTHING_FOUND"),
    Mistake("why measurement:1 cohort", 3, "NOTHING_FOUND"),
    Mistake("why nowhere measurement:1", 3, "NOTHING_FOUND"),
    Mistake("why scans measurement:1", 1, "NOT_A_COHORT"),
    Mistake("why newer measurement:1", 1, "SCHEMA_NEWER"),
    Mistake("why older measurement:1", 1, "STORE"),
    Mistake("why damaged measurement:1", 1, "STORE"),
    Mistake("why served measurement:1 --database WRONG", 1, "STORE"),
)
DB = (
    Mistake("db", 2, "Recompute hashes"),
    Mistake("db repair cohort", 2, "No such command"),
    Mistake("db check nowhere", 3, "NOTHING_FOUND"),
    Mistake("db check scans", 1, "NOT_A_COHORT"),
    Mistake("db check newer", 1, "SCHEMA_NEWER"),
    Mistake("db check damaged", 1, "STORE"),
    Mistake("db check served --database WRONG", 1, "STORE"),
    Mistake("db upgrade nowhere", 3, "NOTHING_FOUND"),
    Mistake("db upgrade newer", 1, "SCHEMA_NEWER"),
    Mistake("db backup nowhere", 3, "NOTHING_FOUND"),
    Mistake("db backup full/cohort", 1, "Free some space"),
    Mistake("db backup served --database WRONG", 1, "STORE"),
    Mistake("db restore cohort", 2, "Missing argument"),
    Mistake("db restore cohort nowhere.db", 3, "NOTHING_FOUND"),
    Mistake("db restore cohort image.nii.gz", 1, "CHECKSUM"),
    Mistake("db restore backup.db cohort", 1, "NOT_A_COHORT"),
    Mistake("db restore cohort cut.db", 1, "CHECKSUM"),
)
DEMO = (
    Mistake("demo", 2, "Missing option '-o'"),
    Mistake("demo -o other", 2, "SETTINGS"),
    Mistake("demo -o text.txt", 2, "SETTINGS"),
    Mistake("demo -o sealed/new", 1, "WRITE_FAILED"),
    Mistake("demo -o full/new --patients 1", 1, "WRITE_FAILED"),
    Mistake("demo -o new --patients 0", 2, "--patients"),
    Mistake("demo -o new --seed one", 2, "--seed"),
    Mistake("demo -o new --anatomy nowhere.nii.gz", 3, "NOTHING_FOUND"),
    Mistake("demo -o new --anatomy text.txt", 4, "NOT_AN_IMAGE"),
    Mistake("demo -o new --anatomy image.nii.gz", 4, "LABEL_UNKNOWN"),
    Mistake("demo -o new --jobs 0", 2, "--jobs"),
)
DOCTOR = (
    Mistake("doctor nowhere", 3, "NOTHING_FOUND"),
    Mistake("doctor scans", 1, "NOT_A_COHORT"),
    Mistake("doctor text.txt", 1, "NOT_A_COHORT"),
    Mistake("doctor newer", 1, "SCHEMA_NEWER"),
    Mistake("doctor older", 1, "STORE"),
    Mistake("doctor damaged", 1, "STORE"),
    Mistake("doctor locked", 2, "not readable"),
    Mistake("doctor served", 1, "STORE"),
    Mistake("doctor served --database WRONG", 1, "STORE"),
    Mistake("doctor cohort --database NOWHERE", 2, "SETTINGS"),
)
CONFIG = (
    Mistake("config", 2, "Print all settings"),
    Mistake("config print", 2, "No such command"),
    Mistake("config show broken.yaml", 2, "unexpected extra argument"),
    Mistake("config show --config broken.yaml", 2, "SETTINGS"),
    Mistake("config show --config nowhere.yaml", 2, "SETTINGS"),
    Mistake("config show --config empty", 2, "SETTINGS"),
    Mistake("config show --config text.txt", 2, "SETTINGS"),
    Mistake("config show --config image.nii.gz", 2, "SETTINGS"),
    Mistake("config show --config unknown.yaml", 2, "SETTINGS"),
    Mistake("config show --config value.yaml", 2, "SETTINGS"),
    Mistake("config show --config locked.yaml", 2, "not readable"),
)
ROOT = (
    Mistake("frobnicate", 2, "No such command"),
    Mistake("scans -o new", 2, "No such command"),
    Mistake("--config broken.yaml run scans -o new", 2, "No such option"),
)
MISTAKES = (
    *RUN,
    *CURATE,
    *DEIDENTIFY,
    *MEASURE,
    *FEATURES,
    *LABELS,
    *CLINICAL,
    *REPORT,
    *EXPORT,
    *WHY,
    *DB,
    *DEMO,
    *DOCTOR,
    *CONFIG,
    *ROOT,
)
