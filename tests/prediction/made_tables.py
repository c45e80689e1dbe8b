"""Tables with known truth: what tests of experiments learn from."""

from __future__ import annotations

import numpy as np

from oncometry.prediction.sheet import PatientSheet

__all__ = ["made_sheet"]


def made_sheet(
    patients: int = 60, features: int = 8, signal: float = 1.5, seed: int = 1, sites: int = 0
) -> PatientSheet:
    """Patients with an age, a volume, image features of which the first tells the outcome, a response and a survival."""
    rng = np.random.default_rng(seed)
    age, volume = rng.normal(60, 9, patients), rng.lognormal(2, 0.6, patients)
    image = rng.normal(size=(patients, features))
    logit = signal * image[:, 0] + 0.5 * (np.log(volume) - 2)
    response = rng.random(patients) < 1 / (1 + np.exp(-logit))
    time = rng.exponential(400 * np.exp(-0.7 * logit)) + 1
    censored = rng.exponential(700, patients) + 1
    columns = {
        "age": age,
        "sex": np.array(["F" if x else "M" for x in rng.random(patients) < 0.5], dtype=object),
        "volume": volume,
        **{f"texture_{i}": image[:, i] for i in range(features)},
        "response": np.array(["yes" if r else "no" for r in response], dtype=object),
        "time": np.minimum(time, censored),
        "dead": (time <= censored).astype(float),
        "grade": np.digitize(logit, [-1, 0, 1, 2]).astype(float),
    }
    if sites:
        columns["site"] = np.array([f"S{i % sites}" for i in range(patients)], dtype=object)
    ids = np.array([f"P{i:03d}" for i in range(patients)])
    return PatientSheet(ids, columns, {}, (), (("made", "0" * 64),))
