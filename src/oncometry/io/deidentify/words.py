"""Words that may stay in a descriptor: anatomy, technique, direction. All others go."""

from __future__ import annotations

import re

__all__ = ["cleaned", "looks_identifying"]

_ALLOWED_TEXT = """
    abdomen adc anterior arterial asl ax axial baseline body bold bone brain breast bravo cancer carcinoma cavity cbf
    cbv ce chest con contrast cor core coronal csf ct cta ctv cube cyst cystic dce deep delayed diff diffusion dixon
    dose dsc dti dwi dynamic ed edema enh enhanced enhancing epi et extremity fast fat fatsat fdg fiesta fl2d fl3d fla
    flair flow fluid followup foot fs fse fspgr gad gado gd glioblastoma glioma gradient gre gross gtv head heart igtv
    image in ir itv kidney km left lesion lesions liver localizer lower lung lymphoma malignant map mask mass matter
    mean median met metastases metastasis mets mip mp2rage mpr mprage mr mri mtt nac native nc ncct ncr neck necrosis
    necrotic neoplasm netc nodule nodules non noncontrast nonenhancing oar of op organ parotid pd pdw pelvis
    perfusion peritumoral pet phase plane plain portal post posterior pre primary prostate prv ptv pwi rc rcbf rcbv
    recon reformat region registered resection right roi sag sagittal sat scan se segment segmentation sequence series
    slice smooth snfh space spgr spin spinal spine stack star stem stir suv supine swan swi t1 t1c t1ce t1gd t1n
    t1post t1w t2 t2f t2star t2starw t2tse t2w target tc thick thin thorax time tirm tissue tof tra trace tracew
    transverse tse tumor tumour upper vascular ven venous vessel vibe volume water wb white whole with without wo wt
    2d 3d
    clariscan dotarem elucirem eovist gadavist gadobenate gadobutrol gadodiamide gadolinium gadopentetate gadopiclenol
    gadoterate gadoteridol gadovist gadoxetate iodixanol iohexol iomeprol iomeron iopamidol iopromide ioversol isovue
    magnevist multihance omnipaque omniscan optiray primovist prohance ultravist visipaque xenetix
"""
_ALLOWED = frozenset(_ALLOWED_TEXT.split())
_WORD = re.compile(r"[A-Za-z0-9]+")
_SHAPED = re.compile(r"b\d{2,4}")
"""The b-value of a diffusion image."""
_STRENGTH = re.compile(r"([A-Za-z]{5,})\d{3}")
"""A contrast agent and its concentration: 'Isovue300'."""
_COUNTED = re.compile(r"([A-Za-z]*)(\d{1,2})")
_IDENTIFYING = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+"  # e-mail
    r"|(?<!\d)(?:19|20)\d{2}[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01])(?!\d)"  # date, year first
    r"|(?<!\d)\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2}(?!\d)"  # date, year last
    r"|\+?\d[\d ()-]{7,}\d"  # phone
)


def cleaned(text: str) -> str:
    """The allowed words of a descriptor, in their order, and at most one number of two digits; '' where none is."""
    kept: list[str] = []
    numbered = False
    for word in _WORD.findall(text):
        if word.lower() in _ALLOWED or _SHAPED.fullmatch(word.lower()):
            kept.append(word)
        elif (strength := _STRENGTH.fullmatch(word)) is not None and strength[1].lower() in _ALLOWED:
            kept.append(strength[1])
        elif not numbered and _counts(word, kept):
            kept.append(word)
            numbered = True
    return " ".join(kept)


def _counts(word: str, before: list[str]) -> bool:
    """Whether it numbers one of several of the same thing: 'GTV1', 'lesion 2'."""
    match = _COUNTED.fullmatch(word)
    if match is None:
        return False
    return match[1].lower() in _ALLOWED if match[1] else bool(before)


def looks_identifying(text: str) -> bool:
    """Whether text holds a date, phone number, e-mail address, or letters beyond ASCII (names, most often)."""
    return not text.isascii() or _IDENTIFYING.search(text) is not None
