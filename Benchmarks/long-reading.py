#!/usr/bin/env python3
"""Read a long text once within a memory limit, ask about it again and again, and tell time, memory and answers.

    apus data log -o log.txt --words 448500 --json > log.json
    Benchmarks/long-reading.py --apus .build/release/apus --model Sources/BuiltInModel/Resources/built-in.gguf --text log.txt \\
        --questions log.json --reading log.reading --method infllm --memory-limit 1GiB

Memory is the largest resident set of the process, mapped files included. The reading stays, so that a later run only asks; an interrupted
one goes on. With --rest SECONDS the reading is interrupted and resumed that often. Further methods to ask with follow --ask-with; a number
behind a comma is how many of the questions they get: --ask-with segments,5.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import time


class Run:
    """A process that has ended: what it printed, how long it took, and its largest resident set."""

    def __init__(self, command):
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            self.output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - began
        self.code = process.returncode
        self.peak = usage.ru_maxrss * 1024


def read(options):
    """The seconds, the largest resident set, the number of pieces, and the report of `apus read`."""
    words = ["read", options.text, "--output", options.reading, "--method", options.method, *common(options), *options.extra]
    limit = ["timeout", "--preserve-status", "--signal=INT", str(options.rest)] if options.rest else []
    seconds, peak, pieces = 0.0, 0, 0
    while True:
        run = Run([*shlex.split(options.launcher), *limit, options.apus, *words])
        seconds, peak, pieces = seconds + run.seconds, max(peak, run.peak), pieces + 1
        if run.code == 0:
            return seconds, peak, pieces, json.loads(run.output)
        if run.code != 130 or not options.rest:
            sys.exit(f"apus read ended with {run.code}: {run.output}")


def ask(options, method, question):
    command = ["ask", options.reading, question, "--max-tokens", str(options.max_tokens), "--sources", "0", *common(options)]
    if method != options.method:
        command += ["--method", method]
    run = Run([*shlex.split(options.launcher), options.apus, *command])
    if run.code != 0:
        sys.exit(f"apus ask ended with {run.code}: {run.output}")
    return run, json.loads(run.output)


def common(options):
    return ["--model", options.model, "--memory-limit", options.memory_limit, "--json", "--quiet"]


def plain(text):
    return text.strip().lower().removesuffix(".")


def mebibytes(size):
    return f"{size / 2**20:,.0f} MiB"


def report_asking(options, method, questions):
    """Asks all questions and prints a row of the table."""
    runs, right = [], 0
    for entry in questions:
        run, reply = ask(options, method, entry["question"])
        runs.append((run.seconds, run.peak, reply["timing"]["first_token_seconds"]))
        right += plain(reply["text"]) == plain(entry["answer"])
        print(json.dumps({"method": method, **entry, "reply": reply["text"], "seconds": run.seconds}), file=sys.stderr, flush=True)
    middle = sorted(runs)[len(runs) // 2]
    print(
        f"| asked with `{method}` | {right} of {len(questions)} right | {middle[0]:.1f} s each (median; first token after {middle[2]:.1f} s) "
        f"| {mebibytes(max(peak for _, peak, _ in runs))} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apus", default="apus")
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--questions", required=True, help="what `apus data log --json` printed")
    parser.add_argument("--count", type=int, default=50, help="questions for the method that reads")
    parser.add_argument("--reading", required=True)
    parser.add_argument("--method", required=True)
    parser.add_argument("--memory-limit", default="1GiB")
    parser.add_argument("--max-tokens", type=int, default=24)
    parser.add_argument("--ask-with", action="append", default=[], metavar="METHOD[,COUNT]")
    parser.add_argument("--rest", type=int, metavar="SECONDS")
    parser.add_argument("--launcher", default="", help="words before each command, such as `nice`")
    parser.add_argument("--extra", type=shlex.split, default=[], help="further options of `apus read`, in quotes")
    options = parser.parse_args()
    with open(options.questions, encoding="utf-8") as file:
        questions = json.load(file)["questions"]
    seconds, peak, pieces, reading = read(options)
    print("| | | time | largest resident set |\n|---|---|---|---|")
    state = "already" if reading["reused"] == reading["tokens"] else f"in {pieces} pieces" if pieces > 1 else "at once"
    print(f"| read with `{reading['method']}` | {reading['tokens']:,} tokens, {state} | {seconds:.0f} s | {mebibytes(peak)} |", flush=True)
    report_asking(options, options.method, questions[: options.count])
    for entry in options.ask_with:
        method, _, count = entry.rpartition(",") if "," in entry else (entry, "", str(options.count))
        report_asking(options, method, questions[: int(count)])


if __name__ == "__main__":
    main()
