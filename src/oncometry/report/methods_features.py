"""What the methods say of features: by whose definitions, on which grid."""

from __future__ import annotations

from oncometry.report.methods_facts import Facts, either, parameter_values
from oncometry.report.references import IBSI, ICC, PERTURBATION, Bibliography

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
    described = [
        f"Radiomics features of each region were computed in each image of its date{grid}{by} (profile {either(profiles)})."
    ]
    return described + _reliability_sentences(facts, papers)


def _reliability_sentences(facts: Facts, papers: Bibliography) -> list[str]:
    judged = parameter_values(facts.steps("reliability"), "icc")
    if not judged:
        return []
    told = [
        f"How far each can be relied on was told by intraclass correlation, {either(judged)}, with its 95 % interval "
        f"{papers.cite(ICC)}."
    ]
    if parameter_values(facts.steps("perturb"), "perturbation", "name"):
        told.append(
            "Each lesion's features at its first date were computed again under perturbations of image and mask "
            f"{papers.cite(PERTURBATION)}."
        )
    return told
