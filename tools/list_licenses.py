"""Write what Oncometry is handed out with: name, version and license of each package, then their texts.

Runs in an environment that holds the release and nothing else (`make release` makes one). Writes nothing and
ends with 1 if a required package may not be (see check_licenses.py).
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from check_licenses import READ_BY_HAND, ROOT, license_of, required, verdict

TEXT = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$|/licenses/", re.IGNORECASE)
RULE = "-" * 78


def texts(dist: Distribution) -> list[tuple[str, str]]:
    """(name, content) of the license files that the package carries beside its metadata."""
    carried = [f for f in dist.files or [] if ".dist-info/" in str(f) and TEXT.search(str(f))]
    return [(str(f), f.locate().read_text(encoding="utf-8", errors="replace")) for f in sorted(carried)]


def table(packages: dict[str, Distribution], needed: set[str]) -> str:
    """One line a package; what only an extra brings says so."""
    rows = [
        (name, dist.version, license_of(dist) or READ_BY_HAND.get(name, "not stated"), name in needed)
        for name, dist in packages.items()
    ]
    width = max(len(name) for name, *_ in rows)
    return "\n".join(
        f"{name:{width}}  {version:14}  {'required' if is_needed else 'extra   '}  {stated}"
        for name, version, stated, is_needed in rows
    )


def page(packages: dict[str, Distribution], needed: set[str]) -> str:
    """The whole list."""
    parts = [f"Packages that {ROOT} is handed out with: {len(packages)}\n\n{table(packages, needed)}\n"]
    for name, dist in packages.items():
        for path, content in texts(dist):
            parts.append(f"{RULE}\n{name} {dist.version}: {path}\n{RULE}\n{content.strip()}\n")
    return "\n".join(parts)


def main(target: Path) -> int:
    """Write the list to `target`."""
    needed = required(ROOT)
    wrong = [problem for name, dist in needed.items() if (problem := verdict(name, license_of(dist)))]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    found = {canonicalize_name(dist.name): dist for dist in distributions()}
    target.write_text(page(dict(sorted(found.items())), set(needed)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
