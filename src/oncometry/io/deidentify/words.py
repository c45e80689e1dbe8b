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
_B_VALUE = re.compile(r"b(\d{2,4})")
"""Of a diffusion image."""
_YEARS = range(1900, 2100)
_STRENGTH = re.compile(r"([A-Za-z]{5,})\d{3}")
"""A contrast agent and its concentration: 'Isovue300'."""
_COUNTED = re.compile(r"([A-Za-z]*)(\d{1,2})")
_MONTHS = (
    r"(?:jan(?:uar[iy]?)?|feb(?:ruar[iy]?)?|fevr?|mar(?:ch|s|zo)?|maart|mrt|mrz|apr(?:ile?)?|avr(?:il)?|abr(?:il)?|may"
    r"|mayo|mei|mai|jun[ei]?|juin|jul[iy]?|juil(?:let)?|aug(?:ust|ustus)?|aout|ago(?:sto)?|sept?(?:ember)?|o[ck]t(?:ober)?"
    r"|nov(?:ember)?|de[cz](?:ember)?|dic(?:iembre)?|ene(?:ro)?)"
)
_IDENTIFYING = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+"  # e-mail
    r"|(?<!\d)(?:19|20)\d{2}[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01])(?!\d)"  # date, year first
    r"|(?<!\d)\d{1,4}([-./ ])\d{1,2}\1(?:19|20)?\d{2}(?!\d)"  # date in numbers
    rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[-./, ]*{_MONTHS}[-./, ]*(?:\d{{4}}|\d{{2}})(?!\d)"  # 12-MAR-1985
    rf"|(?<![a-z]){_MONTHS}[-./, ]+(?:\d{{1,2}}(?:st|nd|rd|th)?[-./, ]+)?(?:\d{{4}}|\d{{2}})(?!\d)"  # Mar 12 1985
    r"|\+?\d[\d ()-]{7,}\d"  # phone
    r"|\d{6,}"  # the number of a person, a case, an order
    r"|(?<![\d.])(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){5,}"  # UID
    r"|\b(?:https?|ftp|file)://"
    r"|\b(?:dr|prof|mevr|dhr|herr|frau|mme)\.? +[A-Z][a-z]{2,}\b",  # person with a title
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """The allowed words of a descriptor, in their order, and at most one number of two digits; '' where none is."""
    kept: list[str] = []
    numbered = False
    for word in _WORD.findall(text):
        if word.lower() in _ALLOWED or _is_b_value(word):
            kept.append(word)
        elif (strength := _STRENGTH.fullmatch(word)) is not None and strength[1].lower() in _ALLOWED:
            kept.append(strength[1])
        elif not numbered and _counts(word, kept):
            kept.append(word)
            numbered = True
    return " ".join(kept)


def _is_b_value(word: str) -> bool:
    """'b1000'; not 'b1944', which may be a year of birth."""
    match = _B_VALUE.fullmatch(word.lower())
    return match is not None and (int(match[1]) not in _YEARS or int(match[1]) % 100 == 0)


def _counts(word: str, before: list[str]) -> bool:
    """Whether it numbers one of several of the same thing: 'GTV1', 'lesion 2'."""
    match = _COUNTED.fullmatch(word)
    if match is None:
        return False
    return match[1].lower() in _ALLOWED if match[1] else bool(before)


def looks_identifying(text: str) -> bool:
    """Whether text holds a date, an address, a long number, a UID, a titled name or letters beyond ASCII.

    Letters beyond ASCII are those of names, most often.
    """
    return not text.isascii() or _IDENTIFYING.search(text) is not None
