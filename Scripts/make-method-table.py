#!/usr/bin/env python3
"""Print a Markdown table of what methods find: a row for each method, a column for each length.

    Scripts/make-method-table.py --model model.gguf --output results --lengths 1024,2048,4096 \\
        --context-length 65536 full streaming:4:1020 --benchmark long-facts --cases 50

Answers are kept below the output folder, a folder for each method, so that a run that was stopped goes on. Extra arguments for a method
stand behind it in quotes: "full --positions yarn:8".
"""

import argparse
import json
import re
import subprocess
import sys


def evaluate(apus, options, method):
    """The report of one method: scores by length, or the reason why there is none."""
    name, *extra = method.split()
    folder = f"{options.output}/{re.sub(r'[^A-Za-z0-9.-]+', '-', method)}"
    command = [
        apus, "eval", options.benchmark, "--model", options.model, "--method", name, "--length", options.lengths, "--cases",
        str(options.cases), "--output", folder, "--json", *extra]
    if options.context_length:
        command += ["--context-length", str(options.context_length)]
    for path in options.haystack:
        command += ["--haystack", path]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 130:
        sys.exit(130)
    report = json.loads(done.stdout.strip().splitlines()[-1])
    if "error" in report:
        return None, report["error"]["message"]
    return {group["length"]: group for group in report["groups"] if group["depth"] is None and group["name"] is None}, None


def cell(group):
    """A score with its interval in percent."""
    low, high = group["interval"]
    return f"{100 * group['score']:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("methods", nargs="+")
    parser.add_argument("--apus", default="apus")
    parser.add_argument("--model", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--benchmark", default="long-facts")
    parser.add_argument("--lengths", default="1024,2048,4096")
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--context-length", type=int)
    parser.add_argument("--haystack", action="append", default=[])
    options = parser.parse_args()
    lengths = [int(length) for length in options.lengths.split(",")]
    print("| method | " + " | ".join(f"{length:,}" for length in lengths) + " |")
    print("|---|" + "---|" * len(lengths))
    for method in options.methods:
        groups, reason = evaluate(options.apus, options, method)
        cells = [cell(groups[length]) for length in lengths] if groups else [f"refused: {reason}"]
        print(f"| `{method}` | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
