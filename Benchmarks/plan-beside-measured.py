#!/usr/bin/env python3
"""Prints what `apus plan` predicts beside what `apus bench` measures, as Markdown tables.

  plan-beside-measured.py --apus .build/release/apus --model M.gguf [--model ...] [--lengths 512,2048,4096] [--rounds 5]

In every round each model and length is planned and measured in turn: `apus plan --measure` times the machine's kernels anew, on numbers of its
own; `apus bench` reads a text of that length; kernels are timed again, and it generates behind such a text, each in a process of its own. A machine
whose speed changes within seconds so meets both, and what is compared with a measurement is the mean of the plans before and behind it. The
figures are medians over the rounds; errors are those of the medians, and beside them the largest of any one round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# A process generates its first tokens slowly, so what is measured takes a while: at least so many tokens, and so many seconds by the plan.
FEWEST_DECODED, DECODING_SECONDS = 16, 0.15


def run(command):
    """What a command prints as JSON."""
    process = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with status {process.returncode}")
    return json.loads(process.stdout)


def predicted(apus, model, length, profile):
    """(first token in seconds, tokens a second, bytes) by rates that are measured now."""
    plan = run([apus, "plan", model, "--length", length, "--measure", "--machine-file", profile, "--json", "--quiet"])["plans"][0]
    return plan["first_token_seconds"], plan["decode_tokens_per_second"], plan["peak_bytes"]


def compared(apus, model, length, profile):
    """What is predicted and what is measured, each (first token in seconds, tokens a second, bytes)."""
    common = [apus, "bench", "--model", model, "--repeat", "1", "--json", "--quiet"]
    plans = [predicted(apus, model, length, profile)]
    reading = run([*common, "--prefill", length, "--decode", "0", "--depth", "0"])["results"][0]
    plans.append(predicted(apus, model, length, profile))
    decoded = max(FEWEST_DECODED, round(DECODING_SECONDS * plans[-1][1]))
    writing = run([*common, "--prefill", "0", "--decode", decoded, "--depth", length])["results"][0]
    plans.append(predicted(apus, model, length, profile))
    prediction = statistics.mean(plan[0] for plan in plans[:2]), statistics.mean(plan[1] for plan in plans[1:]), plans[0][2]
    return prediction, (length / reading["tokens_per_second"], writing["tokens_per_second"], reading["peak_memory_bytes"])


def error(prediction, measurement):
    return prediction / measurement - 1


def row(length, predictions, measurements):
    """One line: for time, speed and memory what was predicted, measured, and by how much they differ."""
    cells = [f"{length:,}"]
    for index, form in enumerate((lambda s: f"{s:.2f} s" if s >= 0.1 else f"{1000 * s:.1f} ms", lambda r: f"{r:,.1f}", lambda b: f"{b / 2**20:,.1f}")):
        ours, theirs = [p[index] for p in predictions], [m[index] for m in measurements]
        worst = max((error(p, m) for p, m in zip(ours, theirs)), key=abs)
        middle = statistics.median(ours), statistics.median(theirs)
        cells += [form(middle[0]), form(middle[1]), f"{100 * error(*middle):+.1f} % ({100 * worst:+.0f})"]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apus", required=True)
    parser.add_argument("--model", action="append", required=True)
    parser.add_argument("--lengths", default="512,2048,4096", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pairs = {(model, length): [] for model in options.model for length in options.lengths}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.rounds):
            for model, length in pairs:
                pairs[model, length].append(compared(options.apus, model, length, Path(folder) / "machine.json"))
            print(f"round {turn + 1} of {options.rounds}", file=sys.stderr)
    for model in options.model:
        print(f"\n{Path(model).name}\n")
        print("| tokens | first token, planned | measured | error (worst round) | tokens/s, planned | measured | error | MiB, planned | measured | error |")
        print("|---|" + "---|" * 9)
        for length in options.lengths:
            print(row(length, *zip(*pairs[model, length])))


if __name__ == "__main__":
    main()
