"""Columns of a plain table of lesions, told by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oncometry.core import Quantity

__all__ = ["GUESSED_UNIT", "SIZES", "column_name"]

_NAMES: tuple[tuple[str, str], ...] = (
    ("patient", r"(patient|subject|participant|usubj|case|bids)(id|name|no|number)?|pid|id|mrn"),
    ("visit", r"visit(name)?|timepoint(name)?|time|tp|session|scan|assessment"),
    ("visit_number", r"visit(no|nr|num|number)|visitnum"),
    ("day", r"(visit|scan|study)?day|days?(since|from)(baseline|first(visit|scan)?|start)"),
    ("date", r"(visit|scan|study|assessment|exam|imaging)?date|dateof(visit|scan|study)|[a-z]{2}dtc"),
    ("reader", r"reader|rater|observer|radiologist|assessor|evaluator"),
    ("accepted", r"accepted|acceptedreader|final|[a-z]{2}acptfl"),
    ("lesion", r"lesion(id|name|no|number)?|tumou?r(id|name)?|[a-z]{2}lnkid|roi"),
    ("role", r"role|(lesion)?(type|class|category)|target"),
    ("organ", r"organ|location|site|tuloc|anatomy"),
    ("node", r"(is)?(lymph)?node|nodal"),
    ("state", r"state|status|tumstate|nontarget(state|status)?|qualitative"),
    ("compartment", r"compartment|part"),
    ("slice_thickness", r"slice(thickness)?"),
    ("tracking_uid", r"tracking(uid|id)"),
    ("part_of", r"(part|split)(of|from)"),
    ("merged_into", r"merged(into|with)"),
    ("new_lesion", r"newlesions?(present)?|new"),
)
_SIZES: tuple[tuple[Quantity, str], ...] = (
    (Quantity.LONGEST_DIAMETER_MM, r"(longest)?diam(eter)?|ld(iam)?|size|longaxis|longest"),
    (Quantity.SHORT_AXIS_MM, r"short(est)?(axis|diameter)?|perpendicular|lperp|sad|short"),
    (Quantity.PRODUCT_MM2, r"(bidimensional)?product|area|crossproduct"),
    (Quantity.VOLUME_ML, r"volume|vol"),
    (Quantity.SUL_PEAK, r"sul(peak)?"),
    (Quantity.TOTAL_LESION_GLYCOLYSIS_ML, r"tlg|totallesionglycolysis"),
)
_UNITS = r"(mm2|mm3|cm2|cm3|mm|cm|ml|cc)"
GUESSED_UNIT = {
    Quantity.LONGEST_DIAMETER_MM: "mm",
    Quantity.SHORT_AXIS_MM: "mm",
    Quantity.PRODUCT_MM2: "mm2",
    Quantity.VOLUME_ML: "ml",
    Quantity.SUL_PEAK: "",
    Quantity.TOTAL_LESION_GLYCOLYSIS_ML: "",
}
"""What a size is taken in where the name of its column does not say; that is announced."""
SIZES: Mapping[str, tuple[Quantity, str]] = {
    f"{quantity.value}|{unit}": (quantity, unit)
    for quantity in Quantity
    for unit in ("", "mm", "cm", "mm2", "cm2", "mm3", "cm3", "ml", "cc")
}
"""Name of a column of sizes -> quantity and the unit that its header tells; '' where it tells none."""


def column_name(header: str) -> str:
    """What a column is: a name of ours, a key of `SIZES`, or '' for one that is not read."""
    word = re.sub(r"[^a-z0-9]", "", header.casefold().replace("²", "2").replace("³", "3"))
    plain = re.sub(_UNITS + "$", "", word) or word
    for name, pattern in _NAMES:
        if re.fullmatch(pattern, word) or (name == "slice_thickness" and re.fullmatch(pattern, plain)):
            return name
    for quantity, pattern in _SIZES:
        if re.fullmatch(pattern, plain):
            return f"{quantity.value}|{word[len(plain) :]}"
    return ""
