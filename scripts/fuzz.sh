#!/usr/bin/env bash
# Hypothesis over whole documents at length, then atheris on readers, marks and numbers.
# Usage: scripts/fuzz.sh [SECONDS EACH, default 300]. What it finds lies under ${FUZZ_CORPUS:-/tmp/dateline_fuzz};
# a find that was mended is kept in tests/fuzz/corpus/, which `make test` reads.
# atheris lives in an environment of its own beside the locked packages: $FUZZ_VENV, else .venv-fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-300}"
python="${PYTHON:-.venv/bin/python}"
venv="${FUZZ_VENV:-.venv-fuzz}"

if ! "$venv/bin/python" -c 'import atheris' 2>/dev/null; then
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'atheris==3.1.0'
fi
packages="$("$python" -c 'import site; print(site.getsitepackages()[0])')"
"$python" -m pytest -m long tests/fuzz
for target in readers marks numbers; do
  echo "== $target, $seconds seconds"
  PYTHONPATH="$PWD:$packages" "$venv/bin/python" tests/fuzz/fuzz_run.py "$target" "$seconds" \
    "${FUZZ_CORPUS:-/tmp/dateline_fuzz}" 2>&1 | grep -vE '^#[0-9]+\s+(NEW|REDUCE|pulse)|^INFO: Instrument' | tail -25
done
