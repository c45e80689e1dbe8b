"""What the demo folder says of itself."""

from __future__ import annotations

__all__ = ["readme"]


def readme() -> str:
    """The text of the folder's README."""
    return TEXT


TEXT = """# A synthetic cohort, made by Oncometry

**Nobody in this folder exists.** Every image, mask and row was computed by `oncometry demo`. It is for
trying out and for testing: nothing about real tumors or treatments may be concluded from it.

| what | where |
|---|---|
| `dicom/<patient>/<date>/<sequence>/` | T1, T1c, T2 and FLAIR of each visit, one file a slice |
| `dicom/<patient>/<date>/SEG/` or `RTSTRUCT/` | the masks of patients 1 and 2 (then 4 and 5, and so on) |
| `masks/<patient>/<patient>_<date>_T1c_seg.nii.gz` | the masks of patient 3 (6, and so on), on the grid of T1c |
| `clinical.xlsx`, `clinical.csv` | treatment, steroids, response, survival, toxicity; one row a visit |
| `reads.csv` | with `--tables-only`: the true sizes as a reader would write them, for `oncometry run --reads` |
| `truth.csv` | the true volumes and diameters of every lesion at every visit |
| `truth.json` | how each patient was made |
| `demo.json` | the settings; the same settings give the same bytes |

Mask labels are those of BraTS 2023: 1 necrosis, 2 edema, 3 enhancing tumor. A date on which nothing is
left to draw has no mask.

One row of the clinical sheet, `DEMO-999`, matches no scan on purpose: a screening failure who was never
imaged. It shows that every row is accounted for. With `--tables-only` nobody was imaged, and it is a patient
like the others, of whom nothing was read: `oncometry run` says so (`ROW_UNMATCHED`).

**What there is to learn.** Survival is drawn from age, IDH and MGMT,
and the enhancing volume at the last visit; response follows the volumes; the grade of toxicity is drawn from
treatment and age. Treatment starts 3 to 14 days after the first visit (`treatment_start`; under observation none does):
the grades of that visit were there before it. Beyond that chance decides: a model can do better than a coin, and not by
much. The images hold nothing of survival that the volumes do not say: what radiomics adds here is nothing, and an honest
experiment finds that.

In `truth.csv`, `volume_ml` and the diameters are those of the geometry itself, sampled more finely than
the scan; the columns that begin with `mask_` are those of the voxels that were written. Diameters are
in-plane: the longest between any two outline points of a slice, and the longest perpendicular to it on
that slice. With `--tables-only` there are no scans: tumors are ellipsoids of known size.

The brain is the MNI152 template (ICBM 2009a, as it comes with nilearn), deformed for each patient, or the
label map named by `--anatomy`. Tumors grow by a reaction-diffusion model of glioma. Sources are cited in
the code, `oncometry/synthesis`.
"""
