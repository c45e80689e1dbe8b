"""Words that may stay in a descriptor: anatomy, technique, direction. All others go."""

from __future__ import annotations

import re

__all__ = ["cleaned", "looks_identifying"]

_ALLOWED_TEXT = """
    abdomen adc anterior arterial asl ax axial baseline body bold bone brain breast bravo cavity chest contrast
    coronal cor ct cube cyst delayed diffusion dose dti dwi dynamic ed edema enh enhanced enhancing et extremity
    fast fat fiesta flair flow followup foot fse fspgr gad gd gradient gre gross gtv ctv ptv head heart image kidney
    left lesion liver localizer lower lung map mask mean metastasis mip mpr mprage mr mri necrosis neck necrotic
    noncontrast nodule oar organ pelvis perfusion pet phase plane post posterior pre primary prostate pwi recon
    reformat region resection right roi sag sagittal scan scout se segment segmentation sequence series slice
    smooth space spgr spin spine stir supine suv swi target thick thin thorax time tissue tof tra trace transverse
    tumor tumour upper vascular venous vibe volume water wb whole without with and of in
    t1 t1w t1ce t1c t1gd t2 t2w pd 2d 3d
"""
_ALLOWED = frozenset(_ALLOWED_TEXT.split())
_WORD = re.compile(r"[A-Za-z0-9]+")
_IDENTIFYING = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+"  # e-mail
    r"|(?<!\d)(?:19|20)\d{2}[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01])(?!\d)"  # date, year first
    r"|(?<!\d)\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2}(?!\d)"  # date, year last
    r"|\+?\d[\d ()-]{7,}\d"  # phone
)


def cleaned(text: str) -> str:
    """The allowed words of a descriptor, in their order; '' where none is."""
    return " ".join(word for word in _WORD.findall(text) if word.lower() in _ALLOWED)


def looks_identifying(text: str) -> bool:
    """Whether text holds a date, phone number, e-mail address, or letters beyond ASCII (names, most often)."""
    return not text.isascii() or _IDENTIFYING.search(text) is not None
