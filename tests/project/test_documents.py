"""The project's own papers: links that lead somewhere, locks that match, one version, no address of a registry."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from oncometry import __version__

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)


def test_links_between_pages_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    ]
    missing = [f"{p.name}: {t}" for p, t in links if "://" not in t and not (p.parent / t).exists()]
    assert not missing


def test_there_is_one_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert PROJECT["project"]["version"] == __version__ == citation["version"]


def locked(name: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for package, version in LOCKED.findall((ROOT / "requirements" / name).read_text()):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def run_texts() -> list[str]:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *(text for extra in ("demo", "mysql") for text in extras[extra])]


def asked(*groups: str, run: bool = True) -> list[Requirement]:
    texts = run_texts() if run else []
    todo = list(groups)
    while todo:
        for entry in PROJECT["dependency-groups"][todo.pop()]:
            if isinstance(entry, str):
                texts.append(entry)
            else:
                todo.append(entry["include-group"])
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("run.txt", asked()),
        ("build.txt", asked("build", run=False)),
        ("dev.txt", asked("dev")),
        ("wheels.txt", asked("wheels", run=False)),
        ("release.txt", asked("release", run=False)),
    ],
)
def test_locks_hold_what_the_project_asks_for(name: str, needs: list[Requirement]) -> None:
    versions = locked(name)
    for need in needs:
        found = versions.get(canonicalize_name(need.name), set())
        assert found, f"{need} is not in requirements/{name}: make lock"
        assert all(need.specifier.contains(version, prereleases=True) for version in found), (
            f"{need}: make lock"
        )


@pytest.mark.parametrize("name", ["run.txt", "build.txt"])
def test_what_is_handed_out_runs_on_what_the_tests_run_on(name: str) -> None:
    handed_out, dev = locked(name), locked("dev.txt")
    assert {package: dev.get(package) for package in handed_out} == handed_out


def test_the_tests_run_without_what_openpyxl_would_use_if_it_were_there() -> None:
    assert not {"lxml", "defusedxml"} & (locked("dev.txt").keys() | locked("run.txt").keys())


@pytest.mark.parametrize(
    "name", ["bootstrap.txt", "build.txt", "dev.txt", "release.txt", "run.txt", "wheels.txt"]
)
def test_locks_have_hashes_and_name_no_registry(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    packages = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_the_conda_environment_asks_for_the_same() -> None:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    plain = [entry for entry in entries if isinstance(entry, str)]
    plain += [entry for inner in entries if isinstance(inner, dict) for entry in inner["pip"] if entry != "."]
    stated = {
        canonicalize_name(r.name).removesuffix("-base"): str(r.specifier) for r in map(Requirement, plain)
    }
    for need in asked("build"):
        assert stated.get(canonicalize_name(need.name)) == str(need.specifier), need


def test_actions_are_pinned_by_commit() -> None:
    uses = [
        u
        for page in (ROOT / ".github/workflows").glob("*.yml")
        for u in re.findall(r"uses: (.+)", page.read_text())
    ]
    assert uses
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", use) for use in uses)


def test_every_paper_that_the_code_cites_is_in_the_references() -> None:
    known = {
        doi.casefold()
        for doi in re.findall(r"doi\s*=\s*\{([^}]+)\}", (ROOT / "docs/references.bib").read_text())
    }
    found = (
        doi.rstrip(".,;:").casefold()
        for page in (ROOT / "src").rglob("*.py")
        for doi in re.findall(r"\b10\.\d{4,9}/[^\s\"'`<>,;]+", page.read_text(encoding="utf-8"))
    )
    cited = {doi[:-1] if doi.count(")") > doi.count("(") else doi for doi in found}
    missing = cited - known
    assert not missing, "add them to docs/references.bib"


def test_the_index_names_every_how_to() -> None:
    named = set(re.findall(r"\(how-to/([\w-]+\.md)\)", (ROOT / "docs/index.md").read_text()))
    assert named == {path.name for path in (ROOT / "docs/how-to").glob("*.md")}


def test_every_field_of_an_experiment_is_documented() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "list_experiment_fields.py"))
    text = (ROOT / "docs/how-to/declare-an-experiment.md").read_text(encoding="utf-8")
    assert tool["page"](text) == text
