#!/usr/bin/env python3
"""Measures Apus and llama.cpp in turn on one model and prints medians and their ratio as a Markdown table.

  beside-llama.cpp.py --model M.gguf --apus .build/release/apus --llama BUILD/bin [--llama-depth PROGRAM]
                      [--prefill 512] [--decode 32] [--depths 0,4096,16384] [--rounds 3] [--threads 2] [--json FILE]

Each round runs every program once, one after another (A B C, A B C, …), so that a machine that grows slower does so for
all of them; the programs are Apus and llama.cpp with flash attention off and on. A rate is the median over the rounds,
and the ratio is Apus to the better of the two forms of llama.cpp. Rates mean nothing by themselves: quote ratios.

llama-bench reads its way to each depth, minutes of work at 16384 tokens on a few cores. llama-depth (see
llama-depth.cpp) fills the cache cheaply and is used in its stead where it is given.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

APUS = "Apus"


@dataclass
class Samples:
    """What one program has shown so far."""

    rates: dict = field(default_factory=lambda: defaultdict(list))  # (test, tokens, depth): tokens a second, one a round
    peak_bytes: int = 0
    other_load: list = field(default_factory=list)  # share of the machine that other processes took, one a round


def busy_seconds():
    """Processor time that the whole machine has spent, or None where that is not to be had."""
    try:
        fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupt, soft_interrupt, stolen = map(int, fields[:8])
    return (user + nice + system + interrupt + soft_interrupt + stolen) / os.sysconf("SC_CLK_TCK")


def measured(command, samples):
    """Runs a command to its end and gives its standard output; notes its memory and the load beside it."""
    start, busy = time.monotonic(), busy_seconds()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with status {process.returncode}")
    if busy is not None:
        others = busy_seconds() - busy - usage.ru_utime - usage.ru_stime
        samples.other_load.append(max(0.0, others / (time.monotonic() - start) / os.cpu_count()))
    samples.peak_bytes = max(samples.peak_bytes, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return output


def run_apus(options, samples):
    output = measured(
        [options.apus, "bench", "--model", options.model, "--prefill", options.prefill, "--decode", options.decode,
         "--depth", options.depths, "--repeat", "1", "--threads", options.threads, "--json", "--quiet"], samples)
    return {(r["test"], r["tokens"], r["depth"]): r["tokens_per_second"] for r in json.loads(output)["results"]}


def run_llama_bench(options, flash, samples):
    output = measured(
        [options.llama / "llama-bench", "-m", options.model, "-p", options.prefill, "-n", options.decode, "-d", options.depths,
         "-fa", str(int(flash)), "-t", options.threads, "-r", "1", "-o", "json"], samples)
    return {
        ("decode" if r["n_gen"] else "prefill", r["n_gen"] or r["n_prompt"], r["n_depth"]): r["avg_ts"]
        for r in json.loads(output)
    }


def run_llama_depth(options, flash, samples):
    output = measured(
        [options.llama_depth, options.model, "--threads", options.threads, "--flash", str(int(flash)), "--prefill", options.prefill,
         "--decode", options.decode, "--depths", options.depths, "--repeat", "1"], samples)
    results = [json.loads(line) for line in output.splitlines()]
    return {(r["test"], r["tokens"], r["depth"]): r["tokens_per_second"] for r in results}


def programs(options):
    """The programs by name: each takes its samples and gives the rates of one round."""
    peer = run_llama_depth if options.llama_depth else run_llama_bench
    chosen = {APUS: lambda samples: run_apus(options, samples)} if options.apus else {}
    for flash in (False, True):
        name = f"llama.cpp, flash attention {'on' if flash else 'off'}"
        chosen[name] = lambda samples, flash=flash: peer(options, flash, samples)
    return chosen


def run_rounds(options):
    chosen = programs(options)
    samples = {name: Samples() for name in chosen}
    for number in range(1, options.rounds + 1):
        for name, run in chosen.items():
            print(f"round {number} of {options.rounds}: {name}", file=sys.stderr)
            for test, rate in run(samples[name]).items():
                samples[name].rates[test].append(rate)
    return samples


def table(samples):
    """Medians of tokens a second, a row for each test, with the ratio of Apus to the better peer."""
    peers = [name for name in samples if name != APUS]
    tests = sorted({test for s in samples.values() for test in s.rates}, key=lambda test: (test[0] != "prefill", test[1:]))
    lines = [" | ".join(["| test", *samples, "Apus / best peer |"]), "|---|" + "---|" * (len(samples) + 1)]
    for test in tests:
        medians = {name: statistics.median(s.rates[test]) for name, s in samples.items() if s.rates.get(test)}
        best = max((medians[name] for name in peers if name in medians), default=None)
        ratio = f"{medians[APUS] / best:.2f}×" if APUS in medians and best else "–"
        cells = [f"{medians[name]:.1f}" if name in medians else "–" for name in samples]
        lines.append(" | ".join([f"| {test[0]} {test[1]} at {test[2]}", *cells, f"{ratio} |"]))
    peak = [f"{s.peak_bytes / 2**20:.0f} MiB" for s in samples.values()]
    lines.append(" | ".join(["| peak memory", *peak, " |"]))
    return "\n".join(lines)


def footnotes(options, samples):
    loads = [load for s in samples.values() for load in s.other_load]
    yield f"Tokens a second, medians of {options.rounds} rounds run in turn, {options.threads} threads, model {Path(options.model).name}."
    if loads:
        median, highest = 100 * statistics.median(loads), 100 * max(loads)
        yield f"Other processes took {median:.0f}% of the machine in the median run, {highest:.0f}% at most."
    if options.llama_depth:
        yield "llama.cpp was measured on libllama with a cache filled chunk by chunk (llama-depth)."


def as_json(samples):
    return {
        name: {
            "peak_memory_bytes": s.peak_bytes,
            "other_load": s.other_load,
            "results": [
                {"test": test, "tokens": tokens, "depth": depth, "samples": rates}
                for (test, tokens, depth), rates in s.rates.items()
            ],
        }
        for name, s in samples.items()
    }


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--apus", type=Path, help="without it only llama.cpp is measured")
    parser.add_argument("--llama", type=Path, help="the folder with llama-bench")
    parser.add_argument("--llama-depth", type=Path)
    parser.add_argument("--prefill", default="512")
    parser.add_argument("--decode", default="32")
    parser.add_argument("--depths", default="0,4096,16384")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default=str(os.cpu_count()))
    parser.add_argument("--json", type=Path, help="where to write every sample")
    options = parser.parse_args()
    if not options.llama and not options.llama_depth:
        parser.error("give --llama, the folder with llama-bench, or --llama-depth")
    return options


def main():
    options = parse()
    samples = run_rounds(options)
    print(table(samples))
    print()
    print("\n".join(footnotes(options, samples)))
    if options.json:
        options.json.write_text(json.dumps(as_json(samples), indent=1) + "\n")


if __name__ == "__main__":
    main()
