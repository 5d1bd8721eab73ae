#!/usr/bin/env bash
# Makes the environment in $1: Python 3.12, every package as requirements.lock pins it, Dateline itself.
set -euo pipefail
venv=$1

find_python() {
  local candidate
  for candidate in python3.12 python3 python; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

if ! python=$(find_python); then
  echo "Dateline needs Python 3.12 (python3.12, or python3 of that version, also through pyenv), and found none." >&2
  exit 1
fi
"$venv/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null || rm -rf "$venv"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"

# uv does in seconds what pip does in a minute or two; without it pip does the same.
if command -v uv >/dev/null; then
  uv=uv
else
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv 2>/dev/null && uv="$venv/bin/uv" || uv=
fi
if [ -n "$uv" ]; then
  "$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r requirements.lock
  "$uv" pip install --quiet --python "$venv/bin/python" --no-deps -e .
else
  # The lock holds everything: left to look for dependencies, an older pip asks for pins of what has extras.
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
fi
