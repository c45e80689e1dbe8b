"""What words in file and folder names mean: sessions, masks, fillers."""

from __future__ import annotations

import re
from datetime import date

__all__ = [
    "LUMIERE_WEEK",
    "VOLUME_SUFFIXES",
    "is_mask_name",
    "is_numbered",
    "is_session",
    "mask_words",
    "name_and_kind",
    "session_date",
    "session_day",
    "session_in",
    "session_order",
    "stem_of",
    "strip_session",
    "strip_words",
    "tells_person",
    "volume_stem",
    "words_of",
]

SUFFIXES = (".nii.gz", ".nii", ".seg.nrrd", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm", ".gz", ".json")
VOLUME_SUFFIXES = (".nii.gz", ".nii", ".nrrd")
"""Of the volumes that a folder of training data, or of one examination, may hold."""
MASK_WORDS = {
    "mask", "masks", "seg", "segs", "segmentation", "segmentations", "label", "labels", "labelmap", "roi",
    "rois", "gtv", "ctv", "lesion", "lesions", "annotation", "dseg", "probseg", "prob", "probability",
    "probabilities", "softmax", "tumormask", "groundtruth", "gt",
}  # fmt: skip
FILLER_WORDS = {"image", "images", "img", "scan", "scans", "volume", "vol", "mri", "mr", "ct", "pt", "pet"}
TECHNIQUE_WORDS = {
    "ax", "axial", "sag", "sagittal", "cor", "coronal", "tra", "2d", "3d", "tse", "fse", "fs", "fatsat", "mprage",
    "stir", "dixon", "n4", "reg", "registered", "coreg", "preproc", "preprocessed", "stripped", "skullstripped",
}  # fmt: skip
COUNTED_WORDS = {"image", "img", "scan", "volume", "vol", "series", "run", "echo", "stack", "tumor", "tumour"}
SEQUENCE = re.compile(r"t[12](?!\d)\w*|flair|dwi|adc|swi|pd|perf\w*|dsc|dce|mprage|stir")
AGENT = {"gad", "gado", "gd", "contrast", "con", "c", "injection", "km"}
PHASE_WORDS = {"pre", "post", "with", "without", "wo"}
"""Before or after an agent, where they are no visit's."""
GENERIC_FOLDERS = (
    MASK_WORDS | FILLER_WORDS | TECHNIQUE_WORDS
    | {
        "anat", "dwi", "func", "perf", "data", "dataset", "nii", "nifti", "nrrd", "dicom", "dicoms", "raw",
        "derivatives", "training", "train", "test", "validation", "val", "input", "in", "out", "output", "outputs",
        "result", "results", "native", "atlas", "rawdata", "sourcedata", "processed", "nnunet", "resources", "files",
        "totalsegmentator", "freesurfer", "fastsurfer", "study", "exam", "session", "sessions", "visit", "visits",
    }
)  # fmt: skip
"""Folders of these words alone are nobody's: they tell how images are kept, drawn or made."""
BEFORE = {"pre", "preop", "baseline", "bl", "base", "initial"}
AFTER = {"post", "postop", "followup", "fu", "follow"}
COUNTED = re.compile(
    r"(sess?|session|tp|timepoint|time|visit|week|wk|day|month|year|fu|followup|scan)[-_ ]?(\d+)"
)
DATED = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
LUMIERE_WEEK = re.compile(r"week-(\d+)(?:-(\d+))?$")
DAYS = {"day": 1, "week": 7, "wk": 7}


def stem_of(name: str) -> str:
    """A file name without the endings of image formats."""
    lowered = name.lower()
    for suffix in SUFFIXES:
        if lowered.endswith(suffix):
            return name[: -len(suffix)]
    return name.rsplit(".", 1)[0] if "." in name else name


def volume_stem(name: str) -> str | None:
    """The name of a volume's file without its ending; None if it is none, or hidden."""
    suffix = next((s for s in VOLUME_SUFFIXES if name.lower().endswith(s)), None)
    return None if suffix is None or name.startswith(".") else name[: -len(suffix)]


def words_of(text: str) -> list[str]:
    """Lower-case words of a name, split at punctuation."""
    return [word for word in re.split(r"[^A-Za-z0-9+]+", text.lower()) if word]


def mask_words(name: str) -> frozenset[str]:
    """Words of a name, without their numbers, that say that the file holds regions."""
    return frozenset(re.sub(r"\d+$", "", word) for word in words_of(stem_of(name))) & MASK_WORDS


def is_mask_name(name: str) -> bool:
    """Whether a name says that the file holds regions: 'case_seg', 'Pre_Mask', 'brain1_label'."""
    return bool(mask_words(name))


def session_in(text: str) -> str | None:
    """The visit that a name states: 'Pre', 'week-012', 'ses-1', '2001-02-03'; None if it states none.

    'post' beside a sequence or an agent (T1 POST GAD) is about contrast, not about a visit.
    """
    dated = DATED.search(text)
    if dated is not None:
        return "-".join(dated.groups())
    week = LUMIERE_WEEK.search(text.lower())
    if week is not None:
        return week.group()
    counted = re.search(r"(?<![a-z])" + COUNTED.pattern + r"(?![a-z0-9])", text.lower())
    if counted is not None and counted.group(1) != "scan":
        return f"{counted.group(1)}-{counted.group(2)}"
    words = words_of(text)
    for n, word in enumerate(words):
        if word in BEFORE | AFTER and not _about_contrast(words, n):
            return word
    return None


def _about_contrast(words: list[str], n: int) -> bool:
    following = words[n + 1] if n + 1 < len(words) else ""
    return following in AGENT or any(SEQUENCE.fullmatch(word) for word in words[:n])


def session_order(session: str | None) -> tuple[int, tuple[object, ...]]:
    """Sort key: known words for before, then numbers and names in natural order, then words for after."""
    lowered = (session or "").lower()
    words = words_of(lowered)
    rank = 0 if any(w in BEFORE for w in words) else 2 if any(w in AFTER for w in words) else 1
    parts = re.findall(r"\d+|\D+", lowered)
    return rank, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def session_day(session: str | None) -> int | None:
    """Days that a session label itself counts: 'week-044' is 308."""
    match = COUNTED.fullmatch((session or "").lower()) or LUMIERE_WEEK.fullmatch((session or "").lower())
    if match is None:
        return None
    if match.re is LUMIERE_WEEK:
        return None if match.group(2) else int(match.group(1)) * 7
    unit = DAYS.get(match.group(1))
    return None if unit is None else int(match.group(2)) * unit


def session_date(session: str | None) -> date | None:
    """The date that a session label is."""
    match = DATED.fullmatch(session or "")
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def strip_session(text: str, session: str | None) -> str:
    """A name without the words of its session, and without the punctuation that leaves at its ends."""
    if not session:
        return text
    pattern = re.escape(session).replace(r"\-", "[-_. ]?")
    return re.sub(rf"(?<![A-Za-z]){pattern}(?![A-Za-z])", "", text, flags=re.IGNORECASE).strip("-_. ")


def strip_words(stem: str, session: str | None) -> str:
    """The part of a stem that names the patient: without mask, filler, sequence and session words."""
    words = re.split(r"[^A-Za-z0-9]+", strip_session(stem, session))
    return "_".join(word for word in words if word and not _filler(word.lower()))


def name_and_kind(text: str, session: str | None) -> tuple[str, frozenset[str]]:
    """What a name says of whom, and the words that say what it shows: 'p1_AX_T1_5' is ('p1', {ax, t1}).

    A number behind such words is that of a series, unless it is padded with zeros.
    """
    kept: list[str] = []
    kind: set[str] = set()
    for word in re.split(r"[^A-Za-z0-9]+", strip_session(text, session)):
        if _filler(word.lower()) or _counted(word.lower()):
            kind.add(word.lower())
        elif word and not (kind and word.isdigit() and not word.startswith("0")):
            kept.append(word)
    return "_".join(kept), frozenset(kind)


def is_session(folder: str) -> bool:
    """Whether a folder's name is that of a visit and nothing else: 'week-12', 'MR_2020-01-01', 'Pre'."""
    session = session_in(folder)
    return session is not None and _generic(strip_session(folder, session))


def tells_person(folder: str) -> bool:
    """Whether a folder may be named for a patient: not for a visit, a sequence, masks or a way of keeping."""
    words = words_of(folder)
    shows = any(SEQUENCE.fullmatch(word) for word in words) or is_mask_name(folder)
    return not (shows or _generic(folder) or is_session(folder))


def is_numbered(folder: str) -> bool:
    """Whether a folder is one of several of the same kind: 'scan1'. It is a person's if no other is."""
    counted = any(word.rstrip("0123456789") in COUNTED_WORDS and _counted(word) for word in words_of(folder))
    return counted and _generic(folder)


def _generic(folder: str) -> bool:
    words = words_of(folder)
    return all(word in GENERIC_FOLDERS or _counted(word) for word in words)


def _counted(word: str) -> bool:
    """'scan1', 'lesion2': one of several of the same thing."""
    plain = word.rstrip("0123456789")
    return plain != word and plain in MASK_WORDS | COUNTED_WORDS


def _filler(word: str) -> bool:
    return (
        word in MASK_WORDS | FILLER_WORDS | TECHNIQUE_WORDS | AGENT | PHASE_WORDS
        or SEQUENCE.fullmatch(word) is not None
    )
