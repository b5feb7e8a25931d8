#!/bin/sh
# ネットワークなしで入れる: sh install.sh [入れる場所]（書かなければ /opt/ikenwake）
# 新しい版に入れ替えるときも同じ。data、labels、models にすでにあるファイルは書き換えない。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/ikenwake}
python=${PYTHON:-python3.11}

cd "$here"
echo "検査値を確かめます。"
sha256sum --check --quiet SHA256SUMS || { echo "壊れたファイルがあります。配布物を写し直してください。" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
  || { echo "Python 3.11 が要ります。場所が違うときは PYTHON=/場所/python3.11 を付けてください。" >&2; exit 1; }

mkdir -p "$target"
tar -C program -cf - data labels models | tar -C "$target" --skip-old-files -xf -
rm -rf "$target/pipeline" "$target/docs"
cp -R program/pipeline program/docs "$target/"
cp program/flows.py program/*.toml program/*.md program/*.txt "$target/"

echo "パッケージを入れます（数分かかります）。"
"$python" -m venv "$target/.venv"
pip() { "$target/.venv/bin/python" -m pip --isolated --disable-pip-version-check --quiet "$@"; }
# ハッシュの合うものだけを、この配布物の中からだけ入れる。
pip install --no-index --find-links wheels --require-hashes --no-deps --requirement requirements.txt
pip install --no-index --no-deps --no-build-isolation --editable "$target"

"$target/.venv/bin/ikenwake" prepare
"$target/.venv/bin/ikenwake" doctor
echo "入りました。試すには: cd $target && .venv/bin/ikenwake run data/sample/inquiry.xlsx --candidates data/sample/candidates --out data/out"
