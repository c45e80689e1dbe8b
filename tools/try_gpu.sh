#!/usr/bin/env bash
# Builds the CUDA twins on a machine with a GPU, tests them there, measures them, and leaves what came of it as files.
#
#     tools/try_gpu.sh RESULTS [WHEELS]
#
# Needs nvcc, a C++ compiler, and a python3 (3.11 or later) with cmake, ninja, pip, numpy, scipy, pydantic, pytest and
# hypothesis. Nothing is fetched: what that python3 lacks lies in WHEELS (docs/how-to/gpu.md names it). With ONCOMETRY_DATA
# also the tests on a tumor and the benchmark, which goes into docs/benchmarks.md and, as that page, to RESULTS.
set -euo pipefail

results="$(realpath -m "${1:?the folder for the results}")"
wheels="${2:-}"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "$results"
site="$PWD/build/gpu"
install=(python3 -m pip install --quiet --disable-pip-version-check --no-index --no-deps --upgrade --target "$site")
export PYTHONPATH="$site" PYTHONUNBUFFERED=1

{ date; nvcc --version; nvidia-smi || true; python3 --version; } >"$results/machine.txt" 2>&1

if [[ -n "$wheels" ]]; then "${install[@]}" "$wheels"/*.whl; fi
"${install[@]}" --no-build-isolation --config-settings=cmake.define.ONCOMETRY_CUDA=ON \
  --config-settings=build-dir=build/gpu-cmake --config-settings=cmake.define.nanobind_DIR="$(python3 -m nanobind --cmake_dir)" . 2>&1 | tee "$results/build.txt"

# Whatever fails, the rest is still worth having.
status=0
tests=(python3 -m pytest -q --confcutdir=tests/gpu -p no:cacheprovider tests/gpu)
"${tests[@]}" -k device 2>&1 | tee "$results/tests.txt" || status=1
if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck; do
    compute-sanitizer --tool "$tool" --error-exitcode 1 "${tests[@]}" -k "(odd_regions or odd_grids) and device" \
      >"$results/$tool.txt" 2>&1 || status=1
  done
fi
if [[ -n "${ONCOMETRY_DATA:-}" ]]; then
  python3 benchmarks/benchmark_gpu.py --write 2>&1 | tee "$results/benchmark.txt" || status=1
  cp docs/benchmarks.md "$results/"
fi
exit "$status"
