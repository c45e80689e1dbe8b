"""The model of all patients: fitted when the validation is done, stored without pickle, used for a new patient."""

from __future__ import annotations
