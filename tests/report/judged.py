"""Assessments made up for the report: what two readers call a patient by two criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.report.build import Frames

DOI = "10.1016/S1470-2045(17)30074-8"


@dataclass(frozen=True)
class Call:
    """A visit as it is called; the day is 42 a visit."""

    category: str
    total: float
    shares: Mapping[str, float] = field(default_factory=dict)
    imaging: str = ""
    flip: tuple[str, float, str] | None = None
    accepted: bool | None = None


def add_course(
    frames: Frames,
    patient: str,
    calls: Sequence[Call],
    best: str,
    *,
    criteria: str = "recist-1.1",
    reader: str = "oncometry",
    quantity: str = "longest_diameter_mm",
    lesion: str = "L1",
    verified: bool = True,
) -> None:
    """One assessment of a patient with one target, whose sizes are the sums."""
    whose = {"patient_id": patient, "criteria": criteria, "reader": reader}
    for visit, call in enumerate(calls, start=1):
        row = _row(frames, call, [c.total for c in calls[: visit - 1]])
        row |= {
            **whose,
            "timepoint": visit,
            "label": f"visit {visit}",
            "day": 42 * (visit - 1),
            "version": "1",
        }
        row |= {"verified": verified, "quantity": quantity, "scope": "overall", "notices": "[]"}
        if call.flip is not None:
            row |= dict(zip(("flip_lesion", "flip_amount", "flip_category"), call.flip, strict=True))
            row["flip_quantity"] = quantity
        frames.add("responses", row)
        target = {
            "value_id": f"{row['value_id']}t",
            "scope": "target",
            "category": call.imaging or call.category,
        }
        frames.add("responses", {**row, **target})
        if call.imaging:
            alone = {"value_id": f"{row['value_id']}i", "scope": "imaging only", "category": call.imaging}
            frames.add("responses", {**row, **alone})
            sure = {"response": alone["value_id"], **whose, "timepoint": visit, "scope": "imaging only"}
            frames.add("response_probabilities", {**sure, "category": call.imaging, "probability": 1.0})
        for category, share in call.shares.items():
            one = {"response": row["value_id"], **whose, "timepoint": visit, "scope": "overall"}
            frames.add("response_probabilities", {**one, "category": category, "probability": share})
        given = {"visit": visit, "lesion": lesion, "compartment": "whole", "status": "measured", "reason": ""}
        given |= {"quantity": quantity, "value": call.total, "measurement": f"measurement:{visit}"}
        frames.add("response_inputs", {**whose, **given})
    last = {"value_id": f"response:{len(frames.rows['responses']) + 1}", "version": "1", "verified": verified}
    last |= {"scope": "best overall", "category": best, "quantity": quantity, "label": "", "notices": "[]"}
    frames.add("responses", {**whose, **last, "explanation": f"The best of all (4.6.1, doi:{DOI})."})
    role = {"lesion": lesion, "compartment": "whole", "role": "target", "decided_by": "selection"}
    role["tracking_uid"] = "1.2.1"
    frames.add("roles", {**whose, **role})


def _row(frames: Frames, call: Call, before: Sequence[float]) -> dict[str, object]:
    """The numbers of a visit against those before it."""
    row: dict[str, object] = {"value_id": f"response:{len(frames.rows['responses']) + 1}", "clause": "target"}
    row |= {"category": call.category, "total": call.total, "accepted": call.accepted}
    said = "the sum is <b> as it is (4.3.1, doi:" + DOI + ") From measurement:1."
    row["explanation"] = f"{call.category}: {said}"
    if before:
        row |= {"nadir": min(before), "change_from_baseline_percent": 100 * (call.total / before[0] - 1)}
        row["change_from_nadir_percent"] = 100 * (call.total / min(before) - 1)
    return row


def judged_cohort(frames: Frames) -> Frames:
    """Of `small_cohort`: P1 responds, read by two who differ once; the second progresses; one by another criterion."""
    first = [
        Call("NONE", 36.0),
        Call("SD", 28.0, {"SD": 0.93, "PR": 0.07}, flip=("L1", -2.8, "PR")),
        Call("PR", 18.0, {"PR": 0.99, "SD": 0.01}, flip=("L1", 7.2, "SD")),
    ]
    other = [
        Call("NONE", 36.0),
        Call("PR", 25.0, {"PR": 0.56, "SD": 0.44}, flip=("L1", 0.3, "SD"), accepted=True),
        Call("PR", 17.0, {"PR": 1.0}),
    ]
    add_course(frames, "P1", first, "PR")
    add_course(frames, "P1", other, "PR", reader="Dr. B", lesion="T01")
    volumes = [Call("NONE", 24.4), Call("NE", 11.5, imaging="SD"), Call("NE", 3.1, {"PR": 1.0}, imaging="PR")]
    add_course(frames, "P1", volumes, "NE", criteria="rano-2.0-volume", quantity="volume_ml", verified=False)
    growing = [Call("NONE", 20.0), Call("PD", 25.0, {"PD": 0.7, "SD": 0.3}), Call("PD", 30.0, {"PD": 1.0})]
    add_course(frames, "=2+5", growing, "PD")
    add_course(frames, "<script>alert(1)</script>", [Call("NONE", 24.0), Call("SD", 22.0, {"SD": 1.0})], "SD")
    return frames
