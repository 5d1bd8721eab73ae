#!/usr/bin/env bash
# Hypothesis over whole documents at length, then atheris on readers, marks and numbers; how many inputs were
# executed is written to tests/fuzz/executions.json. Usage: scripts/fuzz.sh [SECONDS EACH, default 300].
# What atheris finds lies under ${FUZZ_CORPUS:-/tmp/dateline_fuzz}; a find that was mended is kept in
# tests/fuzz/corpus/, which `make test` reads.
# atheris lives in an environment of its own beside the locked packages: $FUZZ_VENV, else .venv-fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-300}"
python="${PYTHON:-.venv/bin/python}"
venv="${FUZZ_VENV:-.venv-fuzz}"
grown="${FUZZ_CORPUS:-/tmp/dateline_fuzz}"

if ! "$venv/bin/python" -c 'import atheris' 2>/dev/null; then
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'atheris==3.1.0'
fi
packages="$("$python" -c 'import site; print(site.getsitepackages()[0])')"
"$python" -m pytest -m long tests/fuzz
said="$(mktemp)"
trap 'rm -f "$said"' EXIT
counts=()
for target in readers marks numbers; do
  echo "== $target, $seconds seconds"
  PYTHONPATH="$PWD:$packages" "$venv/bin/python" tests/fuzz/fuzz_run.py "$target" "$seconds" "$grown" >"$said" 2>&1 || {
    tail -40 "$said"
    exit 1
  }
  count="$(grep -oP 'number_of_executed_units: \K\d+' "$said")"
  echo "$count inputs executed, nothing found"
  counts+=("\"$target\": $count")
done
(IFS=,; echo "{\"on\": \"$(date -u +%F)\", \"seconds_each\": $seconds, \"executions\": {${counts[*]}}}") \
  > tests/fuzz/executions.json
