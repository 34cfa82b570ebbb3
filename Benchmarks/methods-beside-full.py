#!/usr/bin/env python3
"""Measures attention methods in turn with full attention at depths of a text, and prints medians and ratios as a Markdown table.

  methods-beside-full.py --model M.gguf --apus .build/release/apus --keep FILE [--depths 16384,65536] [--chunk 512] [--decode 16]
                         [--rounds 3] [--llama-depth PROGRAM] METHOD ...

A depth is reached by filling the cache with random keys and values, so that nothing has to be read to get there. A chunk is read
and tokens are generated behind it, full attention and the method taking turns within one process; ratios are those of the pairs.
llama.cpp (see llama-depth.cpp for the program) is measured at the same depths, flash attention off and on.

Every method's samples are written to FILE as soon as they are there; a method that FILE has is not measured again, so that the
table can be made in pieces. Rates belong to the machine and the hour; ratios within a line hold better.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path


def run(command):
    """What a command prints; the table goes on without a command that fails, and says so."""
    print(" ".join(map(str, command)), file=sys.stderr)
    finished = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        print(finished.stderr.strip(), file=sys.stderr)
        return None
    return finished.stdout


def listed(numbers):
    return ",".join(map(str, numbers))


def of_method(options, method):
    """The samples of a method and of full attention beside it: a list with an entry for each test and depth."""
    output = run(
        [options.apus, "bench", "--model", options.model, "--method", "full", "--compare", method, "--context-length",
         2 * max(options.depths), "--prefill", options.chunk, "--decode", options.decode, "--depth", listed(options.depths), "--repeat",
         options.rounds, "--threads", options.threads, "--json", "--quiet"])
    if output is None:
        return None
    report = json.loads(output)
    found = []
    for comparison in report["comparisons"]:
        same = [r for r in report["results"] if (r["test"], r["depth"]) == (comparison["test"], comparison["depth"])]
        full, other = (next(r for r in same if (r["method"] == "full") == is_full) for is_full in (True, False))
        found.append({
            "test": comparison["test"], "depth": comparison["depth"], "keys_visited": other["keys_visited"],
            "full": full["tokens_per_second_of_each"], "rates": other["tokens_per_second_of_each"],
            "ratios": comparison["ratio_of_each"],
        })
    return found


def of_llama(options, flash):
    """The samples of llama.cpp."""
    output = run(
        [options.llama_depth, options.model, "--threads", options.threads, "--flash", flash, "--prefill", options.chunk, "--decode",
         options.decode, "--depths", listed(options.depths), "--repeat", options.rounds])
    if output is None:
        return None
    lines = map(json.loads, output.splitlines())
    return [{"test": line["test"], "depth": line["depth"], "rates": line["samples"]} for line in lines]


def median(values):
    return statistics.median(values)


def cell(results, test, depth, full):
    """A rate, and its ratio to full attention with the lowest and the highest of the pairs."""
    found = next((r for r in results if (r["test"], r["depth"]) == (test, depth)), None)
    if not found:
        return "–"
    rate = median(found["rates"])
    if "ratios" not in found:
        return f"{rate:.3g}: {rate / full[test, depth]:.2f}" if full.get((test, depth)) else f"{rate:.3g}"
    ratios = sorted(found["ratios"])
    return f"{rate:.3g}: **{median(ratios):.2f}** ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def table(options, kept):
    methods = {name: results for name, results in kept.items() if results and not name.startswith("llama.cpp")}
    full = {}
    for results in methods.values():
        for result in results:
            full.setdefault((result["test"], result["depth"]), []).extend(result["full"])
    full = {key: median(rates) for key, rates in full.items()}
    columns = [(test, depth) for depth in options.depths for test in ("prefill", "decode")]
    words = {"prefill": "read", "decode": "generate"}
    headings = ["", "keys a query visits", *(f"{words[test]} at {depth:,}" for test, depth in columns)]
    lines = ["| " + " | ".join(headings) + " |", "|---" * len(headings) + "|"]
    everything = [f"{full[column]:.3g}" if column in full else "–" for column in columns]
    lines.append("| " + " | ".join(["`full`", "all", *everything]) + " |")
    for name, results in kept.items():
        if results is None:
            lines.append(f"| {name} | failed |" + " |" * len(columns))
            continue
        deepest = [r for r in results if r["test"] == "decode" and "keys_visited" in r and r["depth"] == max(options.depths)]
        shown = name if name.startswith("llama.cpp") else f"`{name}`"
        keys = f"{deepest[0]['keys_visited']:,}" if deepest else ""
        lines.append("| " + " | ".join([shown, keys, *(cell(results, *column, full) for column in columns)]) + " |")
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("methods", nargs="*", metavar="METHOD", help="as --method takes it")
    parser.add_argument("--model", required=True)
    parser.add_argument("--apus", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="the file that keeps all samples, as JSON")
    parser.add_argument("--llama-depth", type=Path)
    parser.add_argument("--depths", type=lambda text: [int(part) for part in text.split(",")], default=[16384, 65536])
    parser.add_argument("--chunk", type=int, default=512, help="tokens that are read at each depth")
    parser.add_argument("--decode", type=int, default=16, help="tokens that are generated at each depth")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which no further method is begun")
    return parser.parse_args()


def main():
    options = parse()
    kept = json.loads(options.keep.read_text()) if options.keep.exists() else {}
    wanted = {method: (lambda method=method: of_method(options, method)) for method in options.methods}
    if options.llama_depth:
        for flash in (0, 1):
            wanted[f"llama.cpp, flash attention {'on' if flash else 'off'}"] = lambda flash=flash: of_llama(options, flash)
    start = time.monotonic()
    for name, measure in wanted.items():
        if name in kept or time.monotonic() - start > options.budget:
            continue
        kept[name] = measure()
        partial = options.keep.with_suffix(".partial")
        partial.write_text(json.dumps(kept, indent=1) + "\n")
        partial.replace(options.keep)
    print(table(options, kept))


if __name__ == "__main__":
    main()
