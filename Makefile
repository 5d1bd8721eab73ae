# Two commands: `make run` shows Dateline on the sample reports, `make test` runs every check.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: bench docs test-bi prove-cluster help setup run test test-long prove fuzz audit lint lock clean

VENV := .venv
STAMP := $(VENV)/.installed
SAMPLE := $(CURDIR)/warehouse/sample

help:
	@echo "make run        sample reports -> warehouse/sample, and what was found"
	@echo "make test       ruff, mypy, every test"
	@echo "make docs       the docs' site, into site/"
	@echo "make test-bi    Superset on the sample release, in an environment of its own"
	@echo "make setup      the environment only (.venv/bin/dateline, .venv/bin/dagster)"
	@echo "make test-long  longer proofs"
	@echo "make prove      breaks real runs, and writes what it saw to docs/reliability.md"
	@echo "make fuzz       hypothesis at length, then atheris on readers, marks and numbers"
	@echo "make audit      advisories and licences of all packages"
	@echo "make bench      speed, memory and growth, to benchmarks/README.md"
	@echo "make prove-cluster  hosts lost and links cut (as root), to docs/cluster.md"
	@echo "make lock       write requirements.lock anew"

setup: $(STAMP) .env

$(STAMP): requirements.lock pyproject.toml .python-version
	@bash scripts/setup.sh $(VENV)
	@touch $(STAMP)

.env:
	@printf 'DAGSTER_HOME=%s/warehouse/dagster\n' "$(CURDIR)" > .env
	@$(VENV)/bin/python -c "from pipelines.defs.runner import prepare_dagster; from pipelines.settings import load_settings; prepare_dagster(load_settings().home)"

run: setup
	@DATELINE_HOME="$(SAMPLE)" $(VENV)/bin/dateline run seeds/articles --examples

lint: setup
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

test: lint
	@$(VENV)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not long"

docs: setup
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict -q && echo "site/index.html"

test-bi: setup
	@scripts/superset/test_bi.sh

test-long: setup
	@$(VENV)/bin/python -m pytest -n 2 --dist loadfile -m "long or moment"

prove: setup
	@scripts/prove_reliability.sh

fuzz: setup
	@scripts/fuzz.sh

audit: setup
	@scripts/check_advisories.sh
	@$(VENV)/bin/python scripts/check_licences.py > docs/reference/licences.md
	@git diff --stat -- docs/reference/licences.md

bench: setup
	@$(VENV)/bin/python benchmarks/bench.py $(BENCH)

prove-cluster: setup
	@$(VENV)/bin/python scripts/prove_cluster.py

lock: $(STAMP)
	@$(VENV)/bin/uv pip compile -q --generate-hashes --extra dev --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .venv-audit .venv-fuzz .env warehouse .mypy_cache .ruff_cache
