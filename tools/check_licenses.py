"""Fail if a package that Oncometry requires is under the GPL or AGPL, or if its license cannot be told.

Walks the metadata of the installed distributions from Oncometry's own requirements (no extras, no
development groups). The LGPL is allowed: such packages are used as they are, by import. Packages whose
metadata states no license are listed by name with what their license file says, after a look at it.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "oncometry"
FORBIDDEN = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL[\w.+-]*|GNU Lesser General Public", re.IGNORECASE)
KNOWN = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla Public|HPND|Zlib|Unlicense|0BSD|CC0)\b"
    r"|Historical Permission|" + LESSER.pattern,
    re.IGNORECASE,
)
READ_BY_HAND: dict[str, str] = {}
"""Distribution -> license, where the metadata is silent."""


def required(name: str) -> dict[str, Distribution]:
    """The closure of a distribution's requirements as they apply here, without extras of its own."""
    found: dict[str, Distribution] = {}
    todo = [(name, frozenset[str]())]
    seen = set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        dist = found[canonicalize_name(name)] = distribution(name)
        for text in dist.requires or []:
            need = Requirement(text)
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras or {""}):
                todo.append((canonicalize_name(need.name), frozenset(need.extras)))
    return found


def license_of(dist: Distribution) -> str:
    """What the metadata states: the SPDX expression, else the classifiers, else the first line of License."""
    meta = dist.metadata
    if expression := meta.get("License-Expression"):
        return str(expression)
    classifiers = [
        c.split("::")[-1].strip() for c in meta.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    named = [c for c in classifiers if c != "OSI Approved"]
    if named:
        return "; ".join(named)
    stated = str(meta.get("License") or "").strip()
    return stated.splitlines()[0] if stated else ""


def verdict(name: str, license_text: str) -> str | None:
    """What is wrong with a license, None if nothing is."""
    stated = license_text or READ_BY_HAND.get(name, "")
    without_lesser = LESSER.sub("", stated)
    if FORBIDDEN.search(without_lesser) and not re.search(r"\bOR\b", stated):
        return f"{name} is under {stated}"
    if not KNOWN.search(stated):
        return (
            f"{name} states no license that is known here ({stated or 'nothing'}): read its file, then add it"
        )
    return None


def main() -> int:
    """Print each required package with its license; 1 if one is refused."""
    try:
        closure = required(ROOT)
    except PackageNotFoundError as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 1
    licenses = {name: license_of(dist) for name, dist in sorted(closure.items())}
    wrong = [problem for name, text in licenses.items() if (problem := verdict(name, text))]
    for problem in wrong:
        print(f"license check: {problem}", file=sys.stderr)
    print(f"license check: {len(licenses)} required packages, {len(wrong)} refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
