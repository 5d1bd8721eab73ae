#!/usr/bin/env bash
# Breaks real runs in every way the tests know, and writes what it saw to docs/reliability.md.
# Takes some twenty minutes on two free cores. Usage: scripts/prove_reliability.sh [PYTEST OPTION …]
# With options (such as -k "killed"), the page tells of the chosen proofs alone.
# PROOF_SEED: other moments to kill at. PROOF_SECONDS: end after so long; what was seen by then is written.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python="${PYTHON:-.venv/bin/python}"
figures="$(mktemp)"
outcome="$(mktemp)"
trap 'rm -f "$figures" "$outcome"' EXIT

# Two at a time, file by file: the killed runs beside all the others.
PROOF_FIGURES="$figures" timeout --signal=INT --kill-after=60 "${PROOF_SECONDS:-5400}" \
  "$python" -m pytest -n 2 --dist loadfile --tb=short -o console_output_style=count "$@" \
  tests/integration/test_killed.py \
  tests/integration/test_incremental.py \
  tests/integration/test_broken.py \
  tests/integration/test_daemon.py \
  tests/integration/test_readers_publishing.py \
  tests/integration/test_accounting.py \
  tests/integration/test_hostile.py \
  tests/integration/test_large_archive.py \
  tests/integration/test_cloud.py \
  tests/fuzz/test_documents_any.py \
  tests/unit/test_landing.py | tee "$outcome"
code=${PIPESTATUS[0]}
page="$(mktemp)"
"$python" scripts/reliability_page.py "$figures" "$outcome" > "$page" && cp "$page" docs/reliability.md
rm -f "$page"
exit "$code"
