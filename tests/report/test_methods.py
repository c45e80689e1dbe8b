"""The methods paragraphs say what ran and what occurred, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from oncometry.report.methods import Methods, write_methods
from oncometry.report.methods_facts import Facts
from oncometry.report.tables import Row

MEASUREMENT = {"join_mm": 2.0, "minimum_volume_ml": 0.03, "cavity": "out", "diameter": "hull"}
MEASUREMENT |= {"smoothing_voxels": 2.5, "match_overlap": 0.05, "match_distance_mm": 15.0}


def step(name: str, parameters: Mapping[str, object], status: str = "done") -> Row:
    return {"name": name, "parameters": dict(parameters), "version": "0.1.0", "status": status}


def measured(**changed: object) -> Row:
    return step("measure", {"measurement": MEASUREMENT | changed})


def written(tables: Mapping[str, list[Row]], *, synthetic: bool = False) -> Methods:
    return write_methods(Facts(lambda name: tables.get(name, []), synthetic))


def text_of(tables: Mapping[str, list[Row]], *, synthetic: bool = False) -> str:
    return " ".join(written(tables, synthetic=synthetic).paragraphs)


def visits(patient: str, count: int, date: str | None) -> list[Row]:
    return [{"patient_id": patient, "timepoint": n, "date": date} for n in range(1, count + 1)]


def series(patient: str, number: int, contrast: str, **more: object) -> Row:
    row: dict[str, object] = {"patient_id": patient, "timepoint": number, "contrast": contrast}
    row |= {
        "series_key": f"{patient}{contrast}{number}",
        "modality": "MR",
        "unit": "arbitrary",
        "acquired": None,
    }
    row |= {f"spacing_{axis}_mm": mm for axis, mm in zip("ijk", (1.0, 1.0, 5.0), strict=True)}
    return row | more


def size(patient: str, number: int, compartment: str, source: str, **more: object) -> Row:
    row = {"patient_id": patient, "lesion": "L1", "timepoint": number, "compartment": compartment}
    return row | {"source": source, "mask_key": f"{patient}m{number}", "reason": None} | more


def mask(scheme: str, source: str) -> Row:
    return {"scheme": scheme, "scheme_source": source, "network": None}


def volume(*steps: tuple[str, dict[str, object], str]) -> Row:
    return {"steps": [{"name": n, "parameters": p, "software": s} for n, p, s in steps]}


def registration(scope: str, method: str, quality: float, code: str | None = None) -> Row:
    notices = [{"code": code, "what": "low"}] if code else []
    return {"scope": scope, "method": method, "quality": quality, "notices": notices}


def sts_like() -> dict[str, list[Row]]:
    """One patient, one date, three series in one frame, contours only."""
    keys = (("CT", "CT", "HU"), ("PET", "PT", "SUVbw"), ("T1", "MR", "arbitrary"))
    found = [series("S", 1, c, modality=m, unit=u, acquired="2001-11-17") for c, m, u in keys]
    found[2] = {**found[2], "acquired": "2001-11-01"}
    said = {"series_key": "SPET1", "name": "suv_evidence", "value": "units GML: already SUVbw", "unit": None}
    return {
        "timepoints": visits("S", 1, "2001-11-17"),
        "series": found,
        "acquisition": [said],
        "registrations": [
            registration("sequence", "identity", 0.13),
            registration("sequence", "identity", 0.12),
        ],
        "segmentations": [mask("named", "file")] * 3,
        "segments": [{"compartment": "whole"}],
        "measurements": [size("S", 1, "whole", "contours", mask_key=key) for key in "abc"],
        "steps": [
            measured(),
            step("follow", MEASUREMENT),
            step("register", {"scope": "sequence", "enabled": True}),
        ],
    }


def btp_like() -> dict[str, list[Row]]:
    """Two dates without days, binary masks, spacing that cannot be believed."""
    return {
        "timepoints": visits("02", 2, None),
        "series": [series("02", n, "T1") for n in (1, 2)],
        "registrations": [registration("date", "rigid", 0.24)],
        "segmentations": [mask("binary", "guessed")] * 2,
        "segments": [{"compartment": "whole"}],
        "measurements": [size("02", n, "whole", "voxels", reason="SPACING_IMPLAUSIBLE") for n in (1, 2)],
        "relations": [{"method": "overlap"}, {"method": "overlap"}],
        "steps": [
            measured(),
            step("follow", MEASUREMENT),
            step("register", {"scope": "date", "enabled": True, "minimum_quality": 0.05}),
        ],
        "volumes": [volume(("bias", {"iterations": [50, 30]}, "SimpleITK 2.5.7"))],
        "software": [{"name": "pydicom", "version": "3.0.1"}, {"name": "oncometry", "version": "0.1.0"}],
    }


def demo_like() -> dict[str, list[Row]]:
    """Three dates, tumor parts, one registration that was poor."""
    parts = ("whole", "core", "enhancing", "edema")
    return {
        "timepoints": visits("D", 3, "2021-01-01"),
        "series": [series("D", n, c, acquired="2021-01-01") for n in (1, 2, 3) for c in ("FLAIR", "T1")],
        "registrations": [
            registration("date", "rigid", 0.4),
            registration("date", "rigid", 0.01, "REGISTRATION_POOR"),
            registration("sequence", "identity", 0.3),
        ],
        "segmentations": [mask("brats-2023", "file")] * 2 + [mask("brats-2023", "guessed")],
        "segments": [{"compartment": "cavity"}],
        "measurements": [size("D", n, part, "voxels") for n in (1, 2, 3) for part in parts],
        "relations": [{"method": "overlap"}, {"method": "tracking id"}, {"method": "distance"}],
        "steps": [measured(cavity="in"), step("follow", MEASUREMENT)],
    }


def test_one_date_of_contours_is_not_said_to_be_followed_registered_or_smoothed() -> None:
    text = text_of(sts_like())
    assert "1 patient with 1 imaging date and 3 image series (1 CT, 1 PET and 1 T1)" in text
    assert "up to 16 days from its date" in text
    assert "PET values were taken as SUVbw (units GML: already SUVbw)" in text
    assert "Of 2 pairs of a series with its date's reference image, 2 kept the positions" in text
    assert "counted once" in text
    assert "sum over planes" in text
    for untrue in (
        "matched between dates",
        "first date",
        "rigid",
        "smoothed along",
        "number of voxels",
        "cavit",
    ):
        assert untrue not in text.lower()
    assert "named" not in text.replace("named by", "")


def test_what_stands_behind_an_error_is_said_where_sizes_have_one() -> None:
    tables = {"steps": [measured()], "measurements": [size("P1", 1, "whole", "voxels")]}
    assert "standard error" not in text_of(tables)
    known = {**tables, "measurements": [size("P1", 1, "whole", "voxels", volume_standard_error_ml=0.3)]}
    assert "The standard error of a size holds the contour" in text_of(known)
    assert {"10.1016/j.ejca.2015.10.014", "10.1519/15184.1"} <= {r.doi for r in written(known).references}


def test_sizes_withheld_and_a_guess_are_said_of_the_masks_they_concern() -> None:
    text = text_of(btp_like())
    assert "In 2 masks the one label was taken as the whole tumor (guessed from the label values)." in text
    assert "Absolute sizes in 2 masks were withheld" in text
    assert "true voxel sizes are equal" in text
    assert "Of 1 pair of a date with the first date, 1 was aligned by a rigid transform." in text
    assert "overlap after registration (at least 0.05 of the smaller) (2)" in text
    assert "N4 (50, 30 iterations)" in text
    assert "sums over all lesions of the whole tumor" in text
    assert "Software: Oncometry 0.1.0, pydicom 3.0.1 and SimpleITK 2.5.7." in text
    assert "assigned to a visit" not in text


def test_parts_cavities_poor_registrations_and_ways_of_matching_are_those_that_occurred() -> None:
    text = text_of(demo_like(), synthetic=True)
    assert "made by a computer" in text
    assert "10.7303/syn51156910" in text
    assert "(2 stated in the file and 1 guessed from the label values)" in text
    assert "whole tumor including edema, core and enhancing part" in text
    assert "Cavities and cysts were counted into the whole tumor" in text
    assert "1 registration was flagged REGISTRATION_POOR and not used" in text
    assert "Of 2 pairs of a date with the first date, 1 was aligned by a rigid transform and 1 kept" in text
    assert "source's tracking id (1)" in text
    assert "the gap between them (below 15 mm) (1)" in text
    assert "sums over all lesions of the enhancing part and whole tumor including edema" in text
    assert "3 T1 and 3 FLAIR" in text


@pytest.mark.parametrize("tables", [sts_like(), btp_like(), demo_like()])
def test_each_criterion_is_cited_for_what_it_defines(tables: dict[str, list[Row]]) -> None:
    text = text_of(tables)
    assert "longest diameter in the image plane (as in RECIST 1.1 [" in text
    assert "their product (as in RANO [" in text
    assert ("RANO takes the product of enhancing disease only" in text) == (tables == demo_like())


def test_parameters_are_those_of_the_steps() -> None:
    tables = btp_like()
    tables["steps"] = [measured(join_mm=2.0, diameter="inside"), measured(join_mm=3.5, diameter="inside")]
    text = text_of(tables)
    assert "less than 2 or 3.5 mm apart" in text
    assert "stays inside the lesion" in text
    assert "matched between dates" not in text


def test_only_what_ran_is_mentioned_and_cited() -> None:
    methods = written({"steps": [measured()]})
    text = " ".join(methods.paragraphs)
    assert "N4" not in text
    assert "regist" not in text.lower()
    assert methods.references == ()


def test_citations_are_numbered_in_order() -> None:
    tables = demo_like()
    resample = ("resample", {"interpolation": "linear"}, "SimpleITK 2.5.7")
    window = ("normalize", {"method": "window", "limits": [-160, 240]}, "numpy 2")
    tables["volumes"] = [volume(("bias", {}, "SimpleITK 2.5.7"), resample), volume(window)]
    text = text_of(tables)
    assert "N4 [1]" in text
    assert "linear interpolation [2]" in text
    assert "clipping to -160 to 240 HU (1 series)" in text
    places = [text.index(f"[{number}]") for number in range(1, 8)]
    assert places == sorted(places)


def test_nothing_ran() -> None:
    methods = written({"steps": [step("measure", {}, status="failed")]})
    assert methods.references == ()
    assert all("measured" not in paragraph for paragraph in methods.paragraphs)
