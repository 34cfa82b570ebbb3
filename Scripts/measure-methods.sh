#!/usr/bin/env bash
# Measures what docs/methods.md says of methods, with the built-in model: tables on standard output, pictures in docs/, answers below a folder.
# What was measured before is kept there, so that a run that was stopped goes on; a new model needs a new folder.
#
#   Scripts/measure-methods.sh .build/release/apus results [PART ...]     parts: facts schemes budgets planted perplexity million chat
#
# BOOK=… is a book that the model was not trained on, to predict and to hide facts in. LAUNCHER="nice" stands before every command of the tables.
set -euo pipefail
cd "$(dirname "$0")/.."
apus=$1 results=$2
shift 2
model=Sources/BuiltInModel/Resources/built-in.gguf
mkdir -p "$results"

table() { python3 Scripts/make-method-table.py --apus "$apus" --model "$model" --launcher "${LAUNCHER:-}" "$@"; }

has_book() { [ -n "${BOOK:-}" ] || { echo "BOOK names no book, so this part is left out" >&2; return 1; }; }

# Facts in the log: 50, the same at each length; beyond 16,384 tokens for what reads fast enough.
facts() {
    local reach="--lengths 1024,2048,4096,8192,16384,65536"
    table --output "$results/facts" --cases 50 --lengths 1024,2048,4096,8192,16384,65536 --plot docs/pictures/facts-by-length.svg \
        "full --context-length 16384 --lengths 1024,2048,4096,8192" "full --positions yarn:8 --context-length 16384 --lengths 1024,2048,4096,8192,16384" \
        "rerope:512 --lengths 1024,2048,4096,8192" "lm-infinite:64:512:32 --lengths 1024,2048,4096,8192,16384" "segments $reach" \
        "infllm $reach" "infllm:by=mean $reach" "longheads:64:1024 $reach" "streaming $reach" "sirllm $reach"
}

# Position schemes under full attention, told how long texts will become.
schemes() {
    local scheme rows=()
    for scheme in model linear:8 ntk:8 ntk:16 dynamic-ntk ntk-by-parts:8 yarn:8 yarn:16 llama3:8 truncated:8192 power:1 abf:100000 abf:1000000 \
        model+log yarn:8+log none; do
        rows+=("full --positions $scheme --context-length 16384")
    done
    table --output "$results/schemes" --cases 50 --lengths 1024,2048,4096,8192,16384 "${rows[@]}" "selfextend:8:256 --lengths 1024,2048,4096" \
        "selfextend:16:512 --lengths 1024,2048,4096,8192" selfextend:32:512 rerope:512
}

# Methods that lengthen nothing, inside the window and beyond it together with a position scheme.
budgets() {
    local method rows=()
    for method in full hip:512 lserve:512 lserve:512:reading=pages quest:512 squeezed:70 squeezed:90 masformer:512 longgen random-blocks sink-window:64:512 \
        strided block1:512 full:1/3@middle+sliding:512; do
        rows+=("$method --positions yarn:8 --context-length 16384")
    done
    table --output "$results/budgets" --cases 50 --lengths 1024,2048,4096,8192 "${rows[@]}"
    table --output "$results/chunks" --cases 50 --lengths 2048 longheads:64:1024 longheads:32:512 longheads:16:512 longheads:8:512
}

# The cases of `apus eval recall` in the book, 50 of each class, a text for each.
planted() {
    has_book || return 0
    table --output "$results/planted" --benchmark planted-facts --haystack "$BOOK" --cases 50 --lengths 1024,2048,4096,8192,16384 \
        --class passkeys --class seen-wordings --class unseen-wordings --class refusals \
        "full --context-length 16384 --lengths 1024,2048" "full --positions yarn:8 --context-length 16384 --lengths 1024,2048,4096,8192" \
        "rerope:512 --lengths 1024,2048,4096" segments "infllm --lengths 1024,2048,4096,8192" "streaming --lengths 1024,2048,4096,8192"
    table --output "$results/far-passkeys" --benchmark planted-facts-passkeys --haystack "$BOOK" --cases 50 --lengths 16384,65536 \
        segments infllm streaming longheads:64:1024 "rerope:512 --lengths 16384" "lm-infinite:64:512:32 --lengths 16384" \
        "full --positions yarn:16 --context-length 16384 --lengths 16384"
}

# How well a book is predicted by what has been read of it.
perplexity() {
    has_book || return 0
    table --output "$results/perplexity" --benchmark perplexity --haystack "$BOOK" --lengths 16384 --cases 6 \
        --plot docs/pictures/perplexity-by-position.svg "full --context-length 16384" "full --positions yarn:8 --context-length 16384" \
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
    for method in "segments --words 400" infllm lm-infinite:64:512:32 streaming; do
        echo "$method"
        # shellcheck disable=SC2086 # a method and its options
        Benchmarks/endless-chat.py --apus "$apus" --model "$model" --text "$results/chat.txt" --questions "$results/chat.json" --method $method
    done
}

for part in "${@:-facts schemes budgets planted perplexity million chat}"; do
    for name in $part; do
        echo "## $name"
        "$name"
    done
done
