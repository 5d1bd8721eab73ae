#!/usr/bin/env bash
# Looks every package of requirements.lock up in the advisories that pip-audit reads; 1 where one is known.
# Where the tool cannot be had or the advisories cannot be reached it says "not checked" and ends with 0.
# pip-audit lives in an environment of its own: $AUDIT_VENV, else .venv-audit.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv="${AUDIT_VENV:-.venv-audit}"
said="$(mktemp)"
trap 'rm -f "$said"' EXIT

not_checked() {
  echo "advisories: not checked ($1)"
  exit 0
}

if [ ! -x "$venv/bin/pip-audit" ]; then
  python="${PYTHON:-.venv/bin/python}"
  "$python" -m venv "$venv" 2>"$said" || not_checked "no environment for pip-audit: $(tail -1 "$said")"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit 2>"$said" ||
    not_checked "pip-audit cannot be installed: $(tail -1 "$said")"
fi
# Every package is in the lock, with its hashes: nothing is resolved or installed.
timeout "${AUDIT_SECONDS:-300}" "$venv/bin/pip-audit" --requirement requirements.lock --disable-pip --no-deps \
  --progress-spinner off --timeout 15 >"$said" 2>&1
code=$?
if [ "$code" -eq 0 ]; then
  echo "advisories: none known for the packages of requirements.lock"
elif grep -qE "^Found [0-9]+ known vulnerabilit" "$said"; then
  cat "$said"
  exit 1
else
  not_checked "the advisories cannot be reached: $(tail -1 "$said" | cut -c1-200)"
fi
