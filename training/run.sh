#!/usr/bin/env bash
# Makes models/nano and examples/data again: data, corpus, training (about an hour on two cores), export, check.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-${TMPDIR:-/tmp}/kkachi-nano}
python=${PYTHON:-$folder/venv/bin/python}
export PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p "$folder"
if [ ! -x "$python" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet -r training/requirements.txt
fi
node training/make-data.ts
node training/make-corpus.ts "$folder"
"$python" training/prepare.py "$folder"
"$python" training/train.py "$folder"
"$python" training/evaluate.py "$folder"
"$python" training/export_onnx.py "$folder" models/nano
"$python" training/quantize.py models/nano
"$python" training/compare_quantized.py "$folder" models/nano
node training/wording-hash.ts
node training/check.ts
