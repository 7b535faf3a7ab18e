#!/usr/bin/env bash
# Takes all figures anew and archives them under results/DATE: the comparison, the growth, and the kernels. Takes hours,
# and wants an idle machine. Needs what building visitlog needs, python3-venv and sqlite3; DuckDB and clingo are installed
# into an environment of its own.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"

python=.data/python/bin/python
results=results/$(date +%F)
mkdir -p .data "$results"

swift build --package-path .. -c release --static-swift-stdlib --product visitlog
python3 -m venv .data/python
"$python" -m pip install --quiet --disable-pip-version-check duckdb clingo

"$python" compare.py --archive
"$python" growth.py --archive
swift package benchmark --target Kernels --no-progress --grouping metric --format markdown >"$results/kernels.txt"
sed -n '/^## /,$p' "$results/kernels.txt" >"$results/kernels.md"
rm "$results/kernels.txt"
