#!/bin/sh
# Measures what shortening does to a classifier: measure-shortening.sh APUS ENCODER FOLDER
#
# FOLDER holds train.jsonl and test.jsonl, as make-book-passages.py makes them. Trains a head for each way to shorten texts and each number
# of tokens that is read of them, all with the same penalty on weights, and prints a line for each: what is left out, the tokens, the
# accuracy when held out and in the test, and the seconds.
set -eu

apus=$1 encoder=$2 folder=$3
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

measure() {
    "$apus" classify train --model "$encoder" --data "$folder/train.jsonl" --test "$folder/test.jsonl" -o "$temporary/head" --force \
        --penalty 1e-4 --json --quiet "$@" | python3 -c '
import json, sys
report = json.load(sys.stdin)
print("%.1f%%\t%.1f%%\t%.0f s" % (100 * report["accuracy"], 100 * report["test"]["accuracy"], report["seconds"]))'
}

for tokens in 64 128; do
    printf 'nothing\t%s\t' "$tokens"
    measure --first-tokens "$tokens"
    for parts in stop-words punctuation rare-words recurring-words stop-words,punctuation; do
        printf '%s\t%s\t' "$parts" "$tokens"
        measure --first-tokens "$tokens" --without "$parts"
    done
done
printf 'nothing\t256\t'
measure --first-tokens 256
printf 'stop-words\t256\t'
measure --first-tokens 256 --without stop-words
printf 'nothing\tall\t'
measure
