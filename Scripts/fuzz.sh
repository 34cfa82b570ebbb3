#!/bin/sh
# Damages model files and vocabularies and makes up texts at random, many more times than the test suite does, under the address
# sanitizer.
#
#     Scripts/fuzz.sh [rounds per test, 200000] [seed, the time]
#
# A failure names the round; run again with the printed seed to see it.
set -eu
cd "$(dirname "$0")/.."
APUS_FUZZ_ROUNDS=${1:-200000}
APUS_FUZZ_SEED=${2:-$(date +%s)}
export APUS_FUZZ_ROUNDS APUS_FUZZ_SEED
# What static constants hold lives until the end; the leak check takes some of it for lost.
export ASAN_OPTIONS=detect_leaks=0
echo "rounds $APUS_FUZZ_ROUNDS, seed $APUS_FUZZ_SEED"
exec swift test -c release -Xswiftc -enable-testing --sanitize=address --scratch-path .build-fuzz \
    --filter 'FuzzTests|RoundTripTests|DamagedVocabularyTests|NormalizationTests|VocabularyFileTests'
