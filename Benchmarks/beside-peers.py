#!/usr/bin/env python3
"""Measures Apus, llama.cpp and OpenVINO GenAI in turn on the same models and prints medians and ratios as Markdown tables.

  beside-peers.py --model M.gguf [--model ...] --apus .build/release/apus [--llama BUILD/bin] [--llama-depth PROGRAM]
                  [--openvino PYTHON] [--limits PROGRAM] [--prompts 512,4096] [--depths 0,4096] [--cache bf16,q8] [--rounds 3]
                  [--json SAMPLES [--more] [--only llama] [--no-first-token]]

In every round each program runs once, one after the other, so that a change of the machine's speed meets all of them; the figures
are medians over the rounds. Rates mean little by themselves: quote ratios.

Where a machine is quiet for minutes only, measure in pieces: with --more the samples that the file of --json holds already count, too,
and are kept; --only runs those programs whose names contain a word; `--rounds 0 --more` prints the table again.

What is measured:
  read N         tokens a second of a whole prompt of N tokens, nothing cached before
  generate at D  tokens a second of single steps when D tokens are cached
  first token    seconds of a whole process that loads the model, reads 16 tokens and gives one; and its largest resident set

llama.cpp runs with flash attention off and on. llama-bench reads its way to each depth, which takes minutes; llama-depth (see
llama-depth.cpp) fills the cache cheaply and is used in its stead where it is given. OpenVINO is run by the Python that has
openvino_genai installed (see openvino-rates.py) and reads a prompt to get to a depth; at depth 0 it has read 16 tokens. Peers
keep keys and values as they do by default: f16 in llama.cpp, u8 in OpenVINO.

With --limits (the program built from machine-limits.c) the table also says how much of the machine Apus reaches: of its
arithmetic while reading, of its memory's bandwidth while generating at depth 0.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

APUS = "Apus"
SHORT_PROMPT = 16


@dataclass
class Samples:
    """What one program has shown so far of one model."""

    rates: dict = field(default_factory=lambda: defaultdict(list))  # ("read" | "generate", length or depth): one a round
    first_token: list = field(default_factory=list)  # seconds from the start of the process
    first_token_bytes: list = field(default_factory=list)  # its largest resident set
    other_load: list = field(default_factory=list)  # share of the machine that other processes took, one a run


# What a program said, how long it ran and how much memory it took at most.
@dataclass
class Run:
    output: str
    seconds: float
    peak_bytes: int


def busy_seconds():
    """Processor time that the whole machine has spent, or None where that is not to be had."""
    try:
        fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupt, soft_interrupt, stolen = map(int, fields[:8])
    return (user + nice + system + interrupt + soft_interrupt + stolen) / os.sysconf("SC_CLK_TCK")


def measured(command, samples):
    """Runs a command to its end and notes the load beside it."""
    start, busy = time.monotonic(), busy_seconds()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with status {process.returncode}")
    if busy is not None:
        others = busy_seconds() - busy - usage.ru_utime - usage.ru_stime
        samples.other_load.append(max(0.0, others / seconds / os.cpu_count()))
    return Run(output, seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def listed(numbers):
    return ",".join(map(str, numbers))


class Apus:
    def __init__(self, options, model, cache):
        self.options, self.model = options, model
        self.common = ["--model", model, "--threads", options.threads, "--cache-type", cache, "--json", "--quiet"]

    def bench(self, samples, *arguments):
        run = measured([self.options.apus, "bench", "--repeat", 1, *arguments, *self.common], samples)
        return json.loads(run.output)["results"]

    def measure(self, samples):
        options = self.options
        for result in self.bench(samples, "--prefill", listed(options.prompts), "--decode", 0) if options.prompts else []:
            samples.rates["read", result["tokens"]].append(result["tokens_per_second"])
        decode = ["--prefill", 0, "--decode", options.decode, "--depth", listed(options.depths)]
        for result in self.bench(samples, *decode) if options.depths else []:
            samples.rates["generate", result["depth"]].append(result["tokens_per_second"])

    def first_token(self, samples):
        return measured([self.options.apus, "complete", "--prompt", " the" * SHORT_PROMPT, "-n", 1, *self.common], samples)


class Llama:
    def __init__(self, options, model, flash):
        self.options, self.model, self.flash = options, model, int(flash)

    def bench(self, samples, *arguments):
        command = [self.options.llama / "llama-bench", "-m", self.model, "-fa", self.flash, "-t", self.options.threads, "-r", 1, "-o", "json"]
        return measured([*command, *arguments], samples)

    def depths(self, samples):
        """Results of generating at the depths, as llama-depth or llama-bench gives them."""
        options = self.options
        if not options.llama_depth:
            run = self.bench(samples, "-p", 0, "-n", options.decode, "-d", listed(options.depths))
            return [(result["n_depth"], result["avg_ts"]) for result in json.loads(run.output)]
        run = measured(
            [options.llama_depth, self.model, "--threads", options.threads, "--flash", self.flash, "--prefill", 0, "--decode",
             options.decode, "--depths", listed(options.depths), "--repeat", 1], samples)
        return [(result["depth"], result["tokens_per_second"]) for result in map(json.loads, run.output.splitlines())]

    def measure(self, samples):
        if self.options.prompts:
            run = self.bench(samples, "-p", listed(self.options.prompts), "-n", 0)
            for result in json.loads(run.output):
                samples.rates["read", result["n_prompt"]].append(result["avg_ts"])
        for depth, rate in self.depths(samples) if self.options.depths else []:
            samples.rates["generate", depth].append(rate)

    def first_token(self, samples):
        return self.bench(samples, "-p", SHORT_PROMPT, "-n", 0, "--no-warmup")


class OpenVINO:
    script = Path(__file__).with_name("openvino-rates.py")

    def __init__(self, options, model):
        self.options, self.model = options, model

    def run(self, samples, *arguments):
        command = [self.options.openvino, self.script, self.model, "--threads", self.options.threads, *arguments]
        return measured(command, samples)

    def measure(self, samples):
        options = self.options
        lengths = sorted({*options.prompts, *(depth or SHORT_PROMPT for depth in options.depths)})
        run = self.run(samples, "--prompts", listed(lengths), "--decode", options.decode)
        for result in map(json.loads, run.output.splitlines()):
            rate = result["tokens_per_second"]
            if result["test"] == "prefill" and result["tokens"] in options.prompts:
                samples.rates["read", result["tokens"]].append(rate)
            depth = 0 if result["depth"] == SHORT_PROMPT else result["depth"]
            if result["test"] == "decode" and depth in options.depths:
                samples.rates["generate", depth].append(rate)

    def first_token(self, samples):
        return self.run(samples, "--prompts", SHORT_PROMPT, "--warm-up", 0)


def programs(options, model):
    """The programs by name, those of Apus first."""
    chosen = {f"{APUS}, {cache}": Apus(options, model, cache) for cache in options.cache}
    if options.llama:
        for flash in (False, True):
            chosen[f"llama.cpp, flash attention {'on' if flash else 'off'}"] = Llama(options, model, flash)
    if options.openvino:
        chosen["OpenVINO"] = OpenVINO(options, model)
    return chosen


def run_rounds(options, model, samples):
    """Adds the samples of all rounds to those that are there."""
    chosen = {name: program for name, program in programs(options, model).items() if options.only in name}
    for number in range(1, options.rounds + 1):
        for name, program in chosen.items():
            print(f"{Path(model).name}, round {number} of {options.rounds}: {name}", file=sys.stderr)
            program.measure(samples[name])
            if options.no_first_token:
                continue
            start = program.first_token(samples[name])
            samples[name].first_token.append(start.seconds)
            samples[name].first_token_bytes.append(start.peak_bytes)


# ---- what the machine can do


def limits(options):
    """Medians of machine-limits by the name of the test, with as many threads as are measured."""
    if not options.limits:
        return {}
    output = subprocess.run([options.limits, options.threads], capture_output=True, text=True, check=True).stdout
    pattern = re.compile(r"^(.+?)\s+(\d+) threads .* median\s+([\d.]+)")
    found = (pattern.match(line) for line in output.splitlines())
    return {match[1]: float(match[3]) for match in found if match and match[2] == options.threads}


def shares(options, model, limit, test, rate):
    """How much of the machine a rate is, as text; empty where that is not known."""
    if not limit or rate is None:
        return ""
    if test == ("generate", 0):
        return f"{100 * rate * os.path.getsize(model) / 1e9 / limit['read, memory']:.0f} % of reading"
    if test[0] != "read":
        return ""
    inspected = subprocess.run([options.apus, "inspect", model, "--json"], capture_output=True, text=True, check=True).stdout
    weights = 0
    for tensor in json.loads(inspected)["tensors"]:
        size = 1
        for extent in tensor["shape"]:
            size *= extent
        weights += size if tensor["name"].startswith("blk.") else 0
    name, best = max(((name, value) for name, value in limit.items() if "bf16" in name or "fp32" in name), key=lambda pair: pair[1])
    return f"{100 * rate * 2 * weights / 1e9 / best:.0f} % of {name}"


# ---- the report


def rows(samples, tests):
    """Each test as its name, the median of every program, and whether more is better."""
    for test in tests:
        name = f"read {test[1]}" if test[0] == "read" else f"generate at {test[1]}"
        values = {program: statistics.median(s.rates[test]) for program, s in samples.items() if s.rates.get(test)}
        yield test, f"{name}, tokens/s", values, True
    started = {program: s for program, s in samples.items() if s.first_token}
    if not started:
        return
    starts = {program: statistics.median(s.first_token) for program, s in started.items()}
    yield None, "first token, s", starts, False
    peaks = {program: statistics.median(s.first_token_bytes) / 2**20 for program, s in started.items()}
    yield None, "... resident, MiB", peaks, False


def table(options, model, samples, limit):
    """Medians of every program, then for each cache type of Apus the ratio to the better peer: above 1 Apus is ahead."""
    own = [name for name in samples if name.startswith(APUS)]
    tests = sorted({test for s in samples.values() for test in s.rates}, key=lambda test: (test[0] != "read", test[1]))
    ratios = [f"{name} / best peer" for name in own]
    heading = ["", *samples, *ratios, *(["share"] if limit else [])]
    lines = ["| " + " | ".join(heading) + " |", "|---|" + "---|" * (len(heading) - 1)]
    for test, name, values, more_is_better in rows(samples, tests):
        peers = [value for program, value in values.items() if program not in own]
        best = (max if more_is_better else min)(peers, default=None)
        cells = [f"{values[program]:.4g}" if program in values else "–" for program in samples]
        for program in own:
            known = best and program in values
            ratio = values[program] / best if known else 0
            cells.append(f"{ratio if more_is_better else 1 / ratio:.2f}" if known else "–")
        if limit:
            cells.append(shares(options, model, limit, test, values.get(own[0])) if test and own else "")
        lines.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join(lines)


def footnotes(options, samples, limit):
    counts = [len(rates) for s in samples.values() for rates in s.rates.values()]
    least, most = min(counts, default=0), max(counts, default=0)
    rounds = f"{least} to {most}" if least < most else most
    yield f"Medians of {rounds} rounds run in turn, {options.threads} threads; a ratio above 1 says that Apus is ahead."
    loads = [load for s in samples.values() for load in s.other_load]
    if loads:
        median, highest = 100 * statistics.median(loads), 100 * max(loads)
        yield f"Other processes took {median:.0f} % of the machine in the median run, {highest:.0f} % at most."
    if options.llama_depth:
        yield "llama.cpp's depths were filled chunk by chunk (llama-depth)."
    if limit:
        yield "The machine: " + ", ".join(f"{name} {value:.4g}" for name, value in limit.items()) + " (GB/s, GFLOP/s or GOP/s)."


def as_json(samples):
    return {
        name: {
            "first_token_seconds": s.first_token,
            "first_token_bytes": s.first_token_bytes,
            "other_load": s.other_load,
            "rates": [{"test": test, "tokens": tokens, "samples": rates} for (test, tokens), rates in s.rates.items()],
        }
        for name, s in samples.items()
    }


def from_json(programs):
    """Samples by program as `as_json` wrote them; programs that are not there begin with none."""
    samples = defaultdict(Samples)
    for name, kept in programs.items():
        rates = defaultdict(list, {(row["test"], row["tokens"]): row["samples"] for row in kept["rates"]})
        samples[name] = Samples(rates, kept["first_token_seconds"], kept["first_token_bytes"], kept["other_load"])
    return samples


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", required=True, help="a GGUF file; may be given several times")
    parser.add_argument("--apus", type=Path, required=True)
    parser.add_argument("--llama", type=Path, help="the folder with llama-bench")
    parser.add_argument("--llama-depth", type=Path)
    parser.add_argument("--openvino", type=Path, help="a Python that has openvino_genai")
    parser.add_argument("--limits", type=Path, help="the program built from machine-limits.c")
    parser.add_argument("--prompts", type=numbers, default=[512])
    parser.add_argument("--depths", type=numbers, default=[0, 4096])
    parser.add_argument("--decode", type=int, default=32, help="tokens that are generated at each depth")
    parser.add_argument("--cache", type=lambda text: text.split(","), default=["bf16"], help="cache types of Apus")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default=str(os.cpu_count()))
    parser.add_argument("--json", type=Path, help="where to write every sample")
    parser.add_argument("--more", action="store_true", help="add to the samples that the file of --json holds")
    parser.add_argument("--only", default="", help="run only programs whose names contain this")
    parser.add_argument("--no-first-token", action="store_true", help="leave out starts")
    return parser.parse_args()


def main():
    options = parse()
    limit = limits(options)
    everything = json.loads(options.json.read_text()) if options.more and options.json.exists() else {}
    for model in options.model:
        samples = from_json(everything.get(Path(model).name, {}))
        run_rounds(options, model, samples)
        everything[Path(model).name] = as_json(samples)
        if options.json:
            options.json.write_text(json.dumps(everything, indent=1) + "\n")
        print(f"**{Path(model).name}**\n\n{table(options, model, samples, limit)}\n")
        print("\n".join(footnotes(options, samples, limit)) + "\n")


if __name__ == "__main__":
    main()
