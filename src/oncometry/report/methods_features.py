"""What the methods say of features: by whose definitions, on which grid."""

from __future__ import annotations

from oncometry.report.methods_facts import Facts, either, parameter_values
from oncometry.report.references import IBSI, Bibliography

__all__ = ["feature_sentences"]


def feature_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    """Nothing where no features were computed."""
    steps = facts.steps("features")
    profiles = parameter_values(steps, "spec", "profile")
    if not profiles:
        return []
    standard = [p for p in profiles if str(p).startswith("ibsi")]
    by = (
        f" as defined by the Image Biomarker Standardisation Initiative {papers.cite(IBSI)}"
        if standard
        else ""
    )
    resampled = standard != profiles or parameter_values(steps, "spec", "resample")
    grid = "" if resampled else ", on the image's own grid"
    return [
        f"Radiomics features of each region were computed in each image of its date{grid}{by} (profile {either(profiles)})."
    ]
