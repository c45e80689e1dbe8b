"""Forecasts of diameters held out, on the patients of Laleh 2022: laws alone, pooled, and the last value carried forward.

    ONCOMETRY_DATA=DATA python benchmarks/growth_laleh.py [--write]

`--write` puts the tables into docs/growth.md, and the population of all patients into the reference that ships.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import oncometry
from oncometry.prediction.growth import (
    LAWS,
    GrowthPopulation,
    SizeSeries,
    best_population,
    course_seen,
    fit_each,
    fit_population,
    forecast,
    forecast_error,
    forecast_fit,
    law_named,
    posterior,
    size_series,
)
from oncometry.prediction.growth.choice import CHOSEN_FROM
from page import DOCS, asked_of_data, replace, today

PAGE = DOCS / "growth.md"
REFERENCE = Path(oncometry.__file__).parent / "prediction" / "growth" / "reference_population.json"
SEED, FOLDS, DRAWS = 0, 5, 10_000
COMPARED = (
    "exponential",
    "linear",
    "logistic",
    "classical-bertalanffy",
    "general-bertalanffy",
    "gompertz",
    "regression-growth",
    "regression-growth-share",
)
PUBLISHED = {"general-bertalanffy": "lowest", "gompertz": "lowest"}
CARRIED, CHOSEN = "last value carried forward", "law chosen on the training patients"
LARGEST_MM = 288.0
"""Diameter by which the published volumes are normalized."""
LEVELS = (0.5, 0.8, 0.9)

Forecasts = list[np.ndarray]
Task = tuple[list[SizeSeries], int]


def main() -> None:
    asked = asked_of_data(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    series, patients = read(asked.data / "tables" / "laleh_tumor_growth" / "patient_data.csv")
    folds = np.random.default_rng(SEED).permutation(len(series)) % FOLDS
    populations = {name: taught(series, folds, name) for name in COMPARED}
    populations[CHOSEN] = chosen(series, folds, populations)
    tasks = {
        "three": ([s for s in series if len(s.days) >= 6], 3),
        "last": ([s for s in series if len(s.days) >= 4], 1),
    }
    of = {id(s): int(fold) for s, fold in zip(series, folds, strict=True)}
    text = [
        f"{today()}; {patients} patients, {sum(len(s.days) for s in series)} readings, {FOLDS} folds by patient.",
        "",
    ]
    for name, title in (("three", "Three last readings held out"), ("last", "The last reading held out")):
        text += [f"**{title}**", "", *table(tasks[name], populations, of), ""]
    text += ["**Intervals of the pooled forecast**", "", *coverage(series, populations, of), ""]
    text += ["**What the next reading did, by class**", "", *classes(series)]
    print("\n".join(text))
    if asked.write:
        replace("laleh", "\n".join(text), PAGE)
        ship(series)


def read(path: Path) -> tuple[list[SizeSeries], int]:
    """Diameters in mm by days; unsorted and doubled days as `size_series` takes them."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        days, sizes = (ast.literal_eval(row[name]) for name in ("T_days", "Lesion_diam"))
        found.append(size_series(row["Pt_hashID"], "target", days, sizes, "mm"))
    return found, len({row["Pt_hashID"] for row in rows})


def taught(series: Sequence[SizeSeries], folds: np.ndarray, name: str) -> list[GrowthPopulation]:
    """For each fold, the population of the patients outside it."""
    return [
        fit_population([s for s, f in zip(series, folds, strict=True) if f != fold], law_named(name))
        for fold in range(FOLDS)
    ]


def chosen(
    series: Sequence[SizeSeries], folds: np.ndarray, populations: dict[str, list[GrowthPopulation]]
) -> list[GrowthPopulation]:
    """Of each fold, the law that forecasts the patients outside it best."""
    found = []
    for fold in range(FOLDS):
        outside = [s for s, f in zip(series, folds, strict=True) if f != fold]
        among = [populations[name][fold] for name in CHOSEN_FROM]
        found.append(min(among, key=lambda p: forecast_error(p, outside)))
    return found


def pooled(
    task: Task, populations: Sequence[GrowthPopulation], of: dict[int, int], level: float = 0.9
) -> list:
    """Forecasts of each series' last readings, by the population of other patients."""
    series, held = task
    found = [None] * len(series)
    for fold in range(FOLDS):
        mine = [n for n, s in enumerate(series) if of[id(s)] == fold]
        population = populations[fold]
        assert not {series[n].patient for n in mine} & set(population.patients)
        past = [series[n].until(len(series[n].days) - held) for n in mine]
        said = forecast(posterior(population, past), [series[n].days[-held:] for n in mine], level)
        for n, one in zip(mine, said, strict=True):
            found[n] = one
    return found


def errors(said: Forecasts, series: Sequence[SizeSeries], held: int) -> dict[str, np.ndarray]:
    """Absolute errors of each patient: mean of the held readings, of the last one, and of the last one's normalized volume."""
    pairs = [(sizes, s.sizes[-held:]) for sizes, s in zip(said, series, strict=True)]
    return {
        "mean": np.array([np.mean(np.abs(a - b)) for a, b in pairs]),
        "last": np.array([abs(a[-1] - b[-1]) for a, b in pairs]),
        "volume": np.array([abs(a[-1] ** 3 - b[-1] ** 3) / LARGEST_MM**3 for a, b in pairs]),
    }


def table(task: Task, populations: dict[str, list[GrowthPopulation]], of: dict[int, int]) -> Iterator[str]:
    """A row a way to forecast, ordered by the mean absolute error; then differences with their intervals."""
    series, held = task
    past = [s.until(len(s.days) - held) for s in series]
    alone, together = {}, {}
    for name in COMPARED:
        fits = fit_each(past, law_named(name))
        sizes = [forecast_fit(fit, s.days[-held:]).sizes for fit, s in zip(fits, series, strict=True)]
        alone[name] = errors(sizes, series, held)
    for name, by_fold in populations.items():
        together[name] = errors([one.sizes for one in pooled(task, by_fold, of)], series, held)
    carried = errors([np.full(held, s.sizes[-held - 1]) for s in series], series, held)
    ranks = {name: rank for rank, name in enumerate(sorted(alone, key=lambda n: alone[n]["mean"].mean()), 1)}
    yield f"{len(series)} patients with {held + 3} readings or more."
    yield ""
    yield (
        "| forecast | rank | published | MAE, mm (95 %) | median error, mm | MAE of the last, mm |"
        " MAE of the last's normalized volume, 1e-3 |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name in sorted(alone, key=ranks.__getitem__):
        yield row(
            f"{LAWS[name].title}, a patient alone", alone[name], str(ranks[name]), PUBLISHED.get(name, "")
        )
    for name in sorted(together, key=lambda n: together[n]["mean"].mean()):
        yield row(f"{LAWS[name].title if name in LAWS else name}, pooled", together[name])
    yield row(CARRIED, carried)
    yield ""
    yield from differences(together[CHOSEN], alone, carried)


def row(name: str, missed: dict[str, np.ndarray], rank: str = "", published: str = "") -> str:
    low, high = interval(missed["mean"])
    return (
        f"| {name} | {rank} | {published} | {missed['mean'].mean():.2f} ({low:.2f} to {high:.2f}) |"
        f" {np.median(missed['mean']):.2f} | {missed['last'].mean():.2f} | {1000 * missed['volume'].mean():.2f} |"
    )


def differences(ours: dict, alone: dict, carried: dict) -> Iterator[str]:
    """Of the pooled forecast from the best law of a patient alone, chosen on these very readings, and from the last value."""
    for kind, words in (("mean", "of the held readings"), ("last", "of the last")):
        best = min(alone, key=lambda name: alone[name][kind].mean())
        for title, other in ((f"best law alone ({LAWS[best].title})", alone[best]), (CARRIED, carried)):
            gap = ours[kind] - other[kind]
            low, high = interval(gap)
            yield f"- Pooled ({CHOSEN}) less {title}, MAE {words}: {gap.mean():+.2f} mm ({low:+.2f} to {high:+.2f})."


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % percentile bootstrap of the mean over patients."""
    rng = np.random.default_rng(SEED)
    means = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def coverage(series: list[SizeSeries], populations: dict, of: dict[int, int]) -> Iterator[str]:
    """How often a reading lay in the interval given before it was taken."""
    middle = []
    for whole in series:
        for visits in range(4, len(whole.days)):
            part = whole.until(visits)
            of[id(part)] = of[id(whole)]
            middle.append(part)
    last = [s for s in series if len(s.days) >= 4]
    yield "| reading | n | " + " | ".join(f"in {100 * level:.0f} %" for level in LEVELS) + " |"
    yield "|---" * (2 + len(LEVELS)) + "|"
    kinds = (
        (middle, "the next one, with another after it"),
        (last, "the patient's last one"),
        (middle + last, "all"),
    )
    for parts, words in kinds:
        held = []
        for level in LEVELS:
            said = pooled((parts, 1), populations[CHOSEN], of, level)
            inside = [f.low[0] <= s.sizes[-1] <= f.high[0] for f, s in zip(said, parts, strict=True)]
            held.append(f"{100 * np.mean(inside):.0f} %")
        yield f"| {words} | {len(parts)} | " + " | ".join(held) + " |"


def classes(series: list[SizeSeries]) -> Iterator[str]:
    """After each class, how the next reading changed."""
    changes: dict[str, list[float]] = defaultdict(list)
    for whole in series:
        for visits in range(3, len(whole.days)):
            before = max(whole.sizes[visits - 1], 5.0)
            change = (whole.sizes[visits] - whole.sizes[visits - 1]) / before
            changes[course_seen(whole.until(visits)).kind].append(change)
    yield "| class | n | next reading more than 5 % larger | within 5 % | more than 5 % smaller |"
    yield "|---|---|---|---|---|"
    for kind, values in sorted(changes.items(), key=lambda item: -np.mean(np.array(item[1]) > 0.05)):
        counts = Counter(np.digitize(values, [-0.05, 0.05]).tolist())
        shares = [f"{100 * counts[n] / len(values):.0f} %" for n in (2, 1, 0)]
        yield f"| {kind} | {len(values)} | " + " | ".join(shares) + " |"


def ship(series: list[SizeSeries]) -> None:
    """The population of all patients, under the law chosen on them; whose they were stays here."""
    found = best_population(series)
    plain, arrays = found.state()
    state = {
        "plain": plain | {"patients": []},
        "arrays": {name: array.tolist() for name, array in arrays.items()},
    }
    REFERENCE.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
