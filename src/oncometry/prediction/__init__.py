"""Prediction: from a table of patients to models of response, survival and toxicity, and how far they hold."""

from __future__ import annotations
