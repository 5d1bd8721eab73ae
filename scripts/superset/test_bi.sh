#!/usr/bin/env bash
# Superset in an environment of its own, on the sample release: the shipped dashboard is imported, every chart
# runs, a new release is published in between, and every chart runs again. `test_bi.sh build` makes the dashboard.
set -euo pipefail
cd "$(dirname "$0")/../.."
act=${1:-check}
work=${BI_WORK:-$PWD/warehouse/bi}
venv=${BI_VENV:-$work/venv}
python=${BI_PYTHON:-$PWD/.venv/bin/python}
mkdir -p "$work"
# Superset's pins differ from ours.
if [ ! -x "$venv/bin/superset" ]; then
  echo "installing Superset into $venv: some minutes, once"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet uv
  "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" apache-superset==6.1.0 duckdb-engine==0.17.0 \
    duckdb==1.5.5 rich cachetools 'flask-caching<2.4'
fi
home=$work/home
DATELINE_HOME=$home "$python" -m pipelines.cli run seeds/articles
export SUPERSET_HOME=$work SUPERSET_CONFIG_PATH=$PWD/scripts/superset/superset_config.py FLASK_APP=superset
SUPERSET_PASSWORD=$("$python" -c 'import secrets; print(secrets.token_hex(12))')
export SUPERSET_PASSWORD
rm -f "$work/metadata.db"
env -u PYTHONPATH "$venv/bin/superset" db upgrade >"$work/superset.log" 2>&1
env -u PYTHONPATH "$venv/bin/superset" fab create-admin --username admin --firstname a --lastname b \
  --email a@example.com --password "$SUPERSET_PASSWORD" >>"$work/superset.log" 2>&1
env -u PYTHONPATH "$venv/bin/superset" init >>"$work/superset.log" 2>&1
env -u PYTHONPATH "$venv/bin/superset" run -h 127.0.0.1 -p 8099 --with-threads >>"$work/superset.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 120); do
  "$python" -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8099/health")' 2>/dev/null && break
  sleep 1
done
bi() { env -u PYTHONPATH "$venv/bin/python" scripts/superset/bi.py "$1" "$home/current/dateline.duckdb" dashboard/superset; }
bi "$act" | tee "$work/before.txt"
[ "$act" = check ] || exit 0
echo "a new release"
mkdir -p "$work/in"
cat >"$work/in/more-$(date +%s).txt" <<TEXT
Bridge in Velden to reopen

April 9, 2026

"We will reopen the bridge in May," said Ines Okoro, the mayor of Velden. $(date +%s) people signed the petition.
TEXT
DATELINE_HOME=$home "$python" -m pipelines.cli run "$work/in"
bi check | tee "$work/after.txt"
if grep -i "lock" "$work/superset.log" | grep -i "error"; then echo "a lock error" >&2; exit 1; fi
echo "no lock error"
"$python" scripts/superset/write_result.py "$work/before.txt" "$work/after.txt"
