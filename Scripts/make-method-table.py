#!/usr/bin/env python3
"""Print a Markdown table of what methods find: a row for each method, a column for each length.

    Scripts/make-method-table.py --model model.gguf --output results --lengths 1024,2048,4096 \\
        --context-length 65536 full streaming:4:1020 --benchmark long-facts --cases 50

With `--benchmark perplexity` columns are positions, `--haystack` names the texts, `--lengths` is the length of a segment and `--cases` their
number. Answers are kept below the output folder, a folder for each method, so that a run that was stopped goes on. Extra arguments for a
method stand behind it in quotes: "full --positions yarn:8"; `--lengths` behind a method are the only ones that it is measured at.
`--class passkeys --class seen-wordings` prints a table for each of these classes of a benchmark. `--plot picture.svg` draws the table as well.
"""

import argparse
import json
import re
import shlex
import subprocess
import sys


def evaluate(options, method):
    """The cells of one method by class and column, or the reason why there are none."""
    name, *extra = method.split()
    command = [
        *shlex.split(options.launcher), options.apus, "eval", options.benchmark, *own_options(options), "--model", options.model,
        "--method", name, "--output", folder(options, method), "--json", *extra]
    if "--lengths" in extra:
        place = command.index("--lengths")
        command[command.index("--length") + 1] = command[place + 1]
        del command[place : place + 2]
    if options.context_length and "--context-length" not in extra:
        command += ["--context-length", str(options.context_length)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 130:
        sys.exit(130)
    report = json.loads(done.stdout.strip().splitlines()[-1])
    if "error" in report:
        return None, report["error"]["message"]
    if options.benchmark == "perplexity":
        return {(None, band["first_position"]): perplexity_cell(band) for band in report["bands"]}, None
    return {(group["name"], group["length"]): score_cell(group) for group in report["groups"] if group["depth"] is None}, None


def own_options(options):
    """What the benchmark itself is told."""
    if options.benchmark == "perplexity":
        return [*options.haystack, "--length", options.lengths, "--segments", str(options.cases)]
    haystack = [word for path in options.haystack for word in ("--haystack", path)]
    return ["--length", options.lengths, "--cases", str(options.cases), *haystack]


def folder(options, method):
    return f"{options.output}/{re.sub(r'[^A-Za-z0-9.-]+', '-', method)}"


def score_cell(group):
    """A score with its interval in percent."""
    low, high = group["interval"]
    return f"{100 * group['score']:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def perplexity_cell(band):
    return f"{band['perplexity']:.3g}"


def columns(options):
    """The lengths, or where the bands of positions begin."""
    lengths = [int(length) for length in options.lengths.split(",")]
    if options.benchmark != "perplexity":
        return lengths
    bands = [0, 256]
    while 2 * bands[-1] < lengths[0]:
        bands.append(2 * bands[-1])
    return bands


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
    parser.add_argument("--class", dest="classes", action="append", help="a class of the benchmark's questions, in place of all of them")
    parser.add_argument("--plot", help="an SVG file to draw, replaced if it exists")
    parser.add_argument("--launcher", default="", help="words before each command, such as `nice`")
    options = parser.parse_args()
    places, drawn = columns(options), []
    tables = {name: [f"| {name or 'method'} | " + " | ".join(f"{place:,}" for place in places) + " |", "|---|" + "---|" * len(places)]
              for name in options.classes or [None]}
    if not options.classes:
        print("\n".join(tables[None]), flush=True)
    for method in options.methods:
        cells, reason = evaluate(options, method)
        for name, rows in tables.items():
            row = [cells.get((name, place), "") for place in places] if cells else [f"refused: {reason}"]
            rows.append(f"| `{method}` | " + " | ".join(row) + " |")
        if not options.classes:
            print(tables[None][-1], flush=True)
        if cells:
            drawn.append(f"{folder(options, method)}/{options.benchmark}")
    if options.classes:
        print("\n\n".join("\n".join(rows) for rows in tables.values()))
    if options.plot:
        subprocess.run([options.apus, "eval", "curves", *drawn, "--output", options.plot, "--force", "--quiet"], check=True)


if __name__ == "__main__":
    main()
