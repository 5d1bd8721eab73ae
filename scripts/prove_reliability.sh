#!/usr/bin/env bash
# Breaks real runs in every way the tests know, and writes what it saw to docs/reliability.md.
# Takes about half an hour on two free cores. Usage: scripts/prove_reliability.sh [PYTEST OPTION …]
# With options (such as -k "killed"), the page tells of the chosen proofs alone.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python="${PYTHON:-.venv/bin/python}"
figures="$(mktemp)"
outcome="$(mktemp)"
trap 'rm -f "$figures" "$outcome"' EXIT

PROOF_FIGURES="$figures" "$python" -m pytest --tb=short -o console_output_style=count "$@" \
  tests/integration/test_accounting.py \
  tests/integration/test_readers_publishing.py \
  tests/integration/test_broken.py \
  tests/integration/test_daemon.py \
  tests/integration/test_killed.py \
  tests/unit/test_landing.py | tee "$outcome"
code=${PIPESTATUS[0]}
"$python" scripts/reliability_page.py "$figures" "$outcome" > docs/reliability.md
exit "$code"
