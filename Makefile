# Oncometry: `make demo` to see it work, `make test` to test it. Both set up what they need in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
JOBS ?= auto
PYTEST_ARGS ?=
# The tests of pipeline and commands again, each cohort in a database of its own on the server.
ON_SERVER = $(BIN)/pytest -n $(JOBS) --dist loadfile -m "not sqlite and not storeless and not one_engine and not slow and not image" tests/pipeline tests/cli

# Packages come from the registry that pip is set up for.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
# uv trusts whom the system trusts, as pip does: a hospital's own registry, say.
export UV_SYSTEM_CERTS ?= 1
export UV_LINK_MODE ?= copy
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONPATH PYTHONHOME

# What is handed out, and the demo, have no CUDA twins; a developer's have, where nvcc is found, and their emulation. Each
# says both, for the folder that all build in keeps what was said last.
NO_TWINS := -C cmake.define.ONCOMETRY_CUDA=OFF -C cmake.define.ONCOMETRY_EMULATION=OFF
TWINS := -C cmake.define.ONCOMETRY_CUDA=AUTO -C cmake.define.ONCOMETRY_EMULATION=ON

NATIVE := CMakeLists.txt pyproject.toml $(shell find native -type f)
SOURCES := $(NATIVE) $(shell find src -type f -not -name '*.pyc' -not -path '*/__pycache__/*')

.PHONY: help demo test test-mysql lint format bench reliability coverage lock wheel release image image-test clean env dev

help:
	@echo "make demo      install, write a demo cohort to demo/input, measure it, say where the report is"
	@echo "make test      set up what the tests need (a private MariaDB included) and run them all"
	@echo "make test-mysql  fetch MySQL into a folder of its own and run the tests of store, pipeline and commands on it"
	@echo "make lint      style, types, import contracts, licenses, workflows"
	@echo "make format    let ruff format the code"
	@echo "make bench     run benchmarks/, results into docs/benchmarks.md"
	@echo "make reliability  measure what docs/reliability.md promises, and write it there"
	@echo "make coverage  the tests, with the lines they do not reach"
	@echo "make lock      renew requirements/*.txt from pyproject.toml"
	@echo "make wheel     build the wheel into dist/"
	@echo "make release   wheel, source, SBOM, licenses and checksums into dist/"
	@echo "make image     build the container image (IMAGE=oncometry:VERSION)"
	@echo "make image-test  build and try the image on a private engine (root, docker.io, debootstrap)"
	@echo "make clean     remove .venv, demo/ and everything built"

# --- what a user runs -------------------------------------------------------------------------

demo: env
	rm -rf demo
	$(BIN)/oncometry demo -o demo/input --patients 3 --seed 1
	$(BIN)/oncometry run demo/input -o demo/cohort --clinical demo/input/clinical.xlsx
	@report="$$(find demo/cohort -name index.html -path '*report*' | head -1)"; \
	if [[ -z "$$report" ]]; then echo "The run left no report in demo/cohort." >&2; exit 1; fi; \
	echo; echo "The report of the demo cohort (made, not real patients) is in $(CURDIR)/$$report"

# --- what a developer runs --------------------------------------------------------------------

test: dev
	@tools/ensure_mariadb.sh
	@tools/ensure_dicom_peers.sh
	ONCOMETRY_REQUIRE_MARIADB=1 ONCOMETRY_REQUIRE_DICOM_PEERS=1 $(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)
ifndef PYTEST_ARGS
	ONCOMETRY_REQUIRE_MARIADB=1 ONCOMETRY_TEST_COHORTS_ON=server $(ON_SERVER)
endif

test-mysql: dev
	@tools/ensure_mysql.sh
	$(BIN)/python -m tests.servers mysql $(BIN)/pytest -n $(JOBS) --dist loadfile -m "mariadb and not slow" tests/store
	ONCOMETRY_TEST_COHORTS_ON=server $(BIN)/python -m tests.servers mysql $(ON_SERVER)

coverage: dev
	@tools/ensure_mariadb.sh
	@tools/ensure_dicom_peers.sh
	ONCOMETRY_REQUIRE_MARIADB=1 ONCOMETRY_REQUIRE_DICOM_PEERS=1 $(BIN)/pytest -n $(JOBS) --dist loadfile --cov=oncometry --cov-report=term-missing:skip-covered

lint: dev
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/mypy src
	$(BIN)/lint-imports
	$(BIN)/python tools/check_licenses.py
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

format: dev
	$(BIN)/ruff check --fix src tests tools benchmarks
	$(BIN)/ruff format src tests tools benchmarks

bench: dev
	for file in benchmarks/benchmark_*.py; do $(BIN)/python "$$file" --write || exit; done

reliability: dev
	@tools/ensure_mariadb.sh
	@tools/ensure_mysql.sh
	for file in benchmarks/reliability_*.py; do $(BIN)/python "$$file" --write || exit; done

# --- what is handed out -----------------------------------------------------------------------

# Times in what is built are those of the commit: the same commit gives the same bytes.
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
REVISION = $(or $(shell git rev-parse HEAD 2>/dev/null),unknown)
IMAGE ?= oncometry:$(VERSION)
DIST ?= dist
DOCKER ?= docker
wheel release image: export SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),315532800)

wheel: dev
	$(UV) build --wheel --no-build-isolation $(NO_TWINS) --python $(BIN)/python -o $(DIST) .

# SBOM and licenses are of an environment that holds the wheel and what it runs on, nothing else.
release: dev
	rm -rf $(DIST) build/release build/release-tools
	$(UV) build --no-build-isolation $(NO_TWINS) --no-create-gitignore --python $(BIN)/python -o $(DIST) .
	$(UV) venv --quiet --python $(BIN)/python build/release
	$(UV) pip sync --quiet --python build/release --require-hashes requirements/run.txt
	$(UV) pip install --quiet --python build/release --no-deps --no-index $(DIST)/*.whl
	build/release/bin/python tools/list_licenses.py $(DIST)/oncometry-$(VERSION).licenses.txt
	$(UV) venv --quiet --python $(BIN)/python build/release-tools
	$(UV) pip sync --quiet --python build/release-tools --require-hashes requirements/release.txt
	build/release-tools/bin/cyclonedx-py environment --validate --pyproject pyproject.toml --output-reproducible --spec-version 1.6 \
		--output-file $(DIST)/oncometry-$(VERSION).cdx.json build/release
	cd $(DIST) && sha256sum * > SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS

image:
	$(DOCKER) build -f deploy/Dockerfile -t $(IMAGE) --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) \
		--build-arg SOURCE_DATE_EPOCH $(if $(PIP_INDEX_URL),--build-arg PIP_INDEX_URL) $(DOCKER_ARGS) .

image-test: dev
	$(BIN)/pytest -m image tests/deploy $(PYTEST_ARGS)

# --- the environment --------------------------------------------------------------------------

# The development environment holds all of the demo's, so a demo run in it needs no other.
env:
	@if [[ -e $(VENV)/.dev ]]; then $(MAKE) --no-print-directory dev; \
	else $(MAKE) --no-print-directory $(VENV)/.demo; fi

dev: $(VENV)/.dev

$(VENV)/.bootstrap: requirements/bootstrap.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Name a Python 3.11 or later: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1); Oncometry needs 3.11 or later. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.demo: $(VENV)/.bootstrap requirements/run.txt requirements/build.txt $(SOURCES)
	$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements/run.txt requirements/build.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation --reinstall-package oncometry $(NO_TWINS) .
	@touch $@

$(VENV)/.dev: $(VENV)/.bootstrap requirements/dev.txt requirements/torch.txt $(NATIVE)
	$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/torch.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation --reinstall-package oncometry $(TWINS) --editable .
	@rm -f $(VENV)/.demo
	@touch $@

COMPILE = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock: $(VENV)/.bootstrap
	$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml --extra demo --extra mysql --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra demo --extra mysql -c requirements/dev.txt -o requirements/run.txt
	$(COMPILE) --group pyproject.toml:build -c requirements/dev.txt -o requirements/build.txt
	$(COMPILE) --group pyproject.toml:wheels -o requirements/wheels.txt
	$(COMPILE) --group pyproject.toml:release -o requirements/release.txt

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
