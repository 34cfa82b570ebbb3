#!/usr/bin/env bash
# Measures what docs/methods.md says of methods, with the built-in model: tables on standard output, pictures in docs/, answers below a folder.
# What was measured before is kept there, so that a run that was stopped goes on; a new model needs a new folder.
#
#   Scripts/measure-methods.sh .build/release/apus results [PART ...]     parts: facts passkeys perplexity million chat
#
# The book to predict, which the model was not trained on, is BOOK=…; without it perplexity is left out. LAUNCHER="nice" stands before every
# command of the tables.
set -euo pipefail
cd "$(dirname "$0")/.."
apus=$1 results=$2
shift 2
model=Sources/BuiltInModel/Resources/built-in.gguf
mkdir -p "$results"

table() { python3 Scripts/make-method-table.py --apus "$apus" --model "$model" --launcher "${LAUNCHER:-}" "$@"; }

# Facts in the log: 50, the same at each length, beyond 8,192 tokens for what reads fast enough.
facts() {
    table --output "$results/facts" --cases 50 --lengths 1024,2048,4096,8192 --plot docs/facts-by-length.svg \
        "full --context-length 16384" "full --positions yarn:8 --context-length 16384" rerope:512 lm-infinite:64:512:32 \
        "segments --lengths 1024,2048,4096,8192,65536" "infllm --lengths 1024,2048,4096,8192,65536" \
        "infllm:by=mean --lengths 1024,2048,4096,8192,65536" "longheads --lengths 1024,2048,4096" streaming sirllm
    table --output "$results/facts" --cases 50 --lengths 1024,2048,4096 \
        "selfextend:8:256" "hip:512 --positions yarn:8 --context-length 16384"
    table --output "$results/facts" --cases 50 --lengths 2048 longheads:64:1024 longheads:32:512 longheads:16:512 longheads:8:512
}

# One number in nonsense, a text for each of 50 depths.
passkeys() {
    table --output "$results/passkeys" --benchmark passkey --cases 50 --lengths 1024,2048,4096,8192,16384 --plot docs/passkeys-by-length.svg \
        "full --context-length 16384 --lengths 1024,2048,4096" "full --positions yarn:8 --context-length 16384 --lengths 1024,2048,4096,8192" \
        "segments --lengths 1024,2048,4096,8192,16384,65536" "infllm --lengths 1024,2048,4096,8192,16384,65536" \
        "lm-infinite:64:512:32 --lengths 1024,2048,4096,8192" "streaming --lengths 1024,2048,4096,8192,16384,65536"
}

# How well a book is predicted by what has been read of it.
perplexity() {
    if [ -z "${BOOK:-}" ]; then
        echo "BOOK names no book, so perplexity is left out" >&2
        return
    fi
    table --output "$results/perplexity" --benchmark perplexity --haystack "$BOOK" --lengths 16384 --cases 6 \
        --plot docs/perplexity-by-position.svg "full --context-length 16384" "full --positions yarn:8 --context-length 16384" \
        selfextend:32:256 rerope:512 streaming lm-infinite infllm
}

# A thousand windows with 50 facts, read once, asked again and again.
million() {
    [ -f "$results/million.json" ] || "$apus" data log -o "$results/million.txt" --words 448500 --force --json > "$results/million.json"
    Benchmarks/long-reading.py --apus "$apus" --model "$model" --text "$results/million.txt" --questions "$results/million.json" \
        --reading "$results/million.reading" --method infllm --memory-limit 512MiB --ask-with lm-infinite:64:512:32 --ask-with segments,5
}

# A conversation of 100,000 tokens.
chat() {
    [ -f "$results/chat.json" ] || "$apus" data log -o "$results/chat.txt" --words 44000 --force --json > "$results/chat.json"
    for method in infllm lm-infinite:64:512:32 streaming; do
        echo "$method"
        Benchmarks/endless-chat.py --apus "$apus" --model "$model" --text "$results/chat.txt" --questions "$results/chat.json" --method "$method"
    done
}

for part in "${@:-facts passkeys perplexity million chat}"; do
    for name in $part; do
        echo "## $name"
        "$name"
    done
done
