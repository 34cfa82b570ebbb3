#!/usr/bin/env python3
"""Prints what `apus plan` predicts beside what `apus bench` measures, as Markdown tables.

  plan-beside-measured.py --apus .build/release/apus --model M.gguf [--model ...] [--lengths 512,2048,4096] [--rounds 5]

In every round each model is planned and measured in turn: `apus plan --measure` times the machine's kernels anew, on numbers of its own, and
then `apus bench` reads a text of each length and generates behind one, each in a process of its own. So a change of the machine's speed meets
both. The figures are medians over the rounds; errors are those of the medians, and beside them the largest of any one round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DECODED = 16


def run(command):
    """What a command prints as JSON."""
    process = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with status {process.returncode}")
    return json.loads(process.stdout)


def predicted(apus, model, lengths, profile):
    """For each length (first token in seconds, tokens a second, bytes), by rates that are measured now."""
    plan = run([apus, "plan", model, "--length", ",".join(map(str, lengths)), "--measure", "--machine-file", profile, "--json", "--quiet"])
    return {
        each["length"]: (each["first_token_seconds"], each["decode_tokens_per_second"], each["peak_bytes"]) for each in plan["plans"]
    }


def measured(apus, model, length):
    """The same for one length."""
    common = [apus, "bench", "--model", model, "--repeat", "1", "--json", "--quiet"]
    reading = run([*common, "--prefill", length, "--decode", "0", "--depth", "0"])["results"][0]
    writing = run([*common, "--prefill", "0", "--decode", DECODED, "--depth", length])["results"][0]
    return length / reading["tokens_per_second"], writing["tokens_per_second"], reading["peak_memory_bytes"]


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
    predictions = {model: [] for model in options.model}
    measurements = {(model, length): [] for model in options.model for length in options.lengths}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.rounds):
            for model in options.model:
                predictions[model].append(predicted(options.apus, model, options.lengths, Path(folder) / "machine.json"))
                for length in options.lengths:
                    measurements[model, length].append(measured(options.apus, model, length))
            print(f"round {turn + 1} of {options.rounds}", file=sys.stderr)
    for model in options.model:
        print(f"\n{Path(model).name}\n")
        print("| tokens | first token, planned | measured | error (worst round) | tokens/s, planned | measured | error | MiB, planned | measured | error |")
        print("|---|" + "---|" * 9)
        for length in options.lengths:
            print(row(length, [each[length] for each in predictions[model]], measurements[model, length]))


if __name__ == "__main__":
    main()
