#!/usr/bin/env python3
"""Makes an index of many passages and searches it: rate, size, times of searches, and what the approximate search finds of the exact one.

usage: index-passages.py APUS MODEL TEXT... [--passages N] [--passage-tokens N] [--queries N] [--shares S,S] [--index PATH] [--threads N] [--seed N]

APUS is a release build with the trait SQLite; MODEL an encoder (Scripts/fetch-minilm.sh makes the folder of one). The texts are plain text
files, such as books. They go into the index one after another until it has N passages (100,000); the rate counts what was embedded by all
runs, from the first file to the last cell. An index that is there already, from a run before, is gone on with; what is in it is not
embedded again, and no rate is told.

Queries are sentences of 6 to 30 words: half of them from texts in the index, half from the last text, which stays out of it. Each
way of searching is one process that answers all queries one by one; its own clock tells the time of each, so that neither starting
nor opening the model counts. The medians and 95th percentiles are over all queries but the first 20. Recall is the share of the ten
nearest vectors, by comparing all, that the cells find too.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WARM = 20
PLACES = 10


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr}")
    return result.stdout


def make(arguments, texts):
    """Indexes texts until there are enough passages; the last report and the sums of all."""
    sums = {"passages": 0, "tokens": 0, "cut": 0, "seconds": 0.0, "texts": 0}
    for text in texts:
        report = json.loads(run([
            arguments.apus, "index", text, "--index", arguments.index, "--model", arguments.model, "--passage-tokens",
            str(arguments.passage_tokens), "--threads", str(arguments.threads), "--json", "--quiet"]))
        sums["passages"] += report["passages"]["embedded"]
        sums["tokens"] += report["tokens"]["embedded"]
        sums["cut"] += report["tokens"]["cut"]
        sums["seconds"] += report["seconds"]
        sums["texts"] += 1
        print(f"{Path(text).name}: {report['passages']['total']} passages, {report['seconds']:.0f} s", file=sys.stderr, flush=True)
        if report["passages"]["total"] >= arguments.passages:
            break
    return report, sums


def sentences(paths, count, generator):
    found = []
    for path in paths:
        text = " ".join(Path(path).read_text(encoding="utf-8", errors="replace").split())
        found += [sentence for sentence in re.split(r"(?<=[.!?]) ", text) if 6 <= len(sentence.split()) <= 30]
    return generator.sample(sorted(set(found)), count)


def search(arguments, queries, options):
    lines = run([
        arguments.apus, "search", "--index", arguments.index, "--queries", queries, "--limit", str(PLACES), "--json", "--quiet", "--threads",
        str(arguments.threads)] + options)
    return [json.loads(line) for line in lines.splitlines()]


def milliseconds(answers, part):
    times = sorted(1000 * answer["timing"][part] for answer in answers[WARM:])
    return statistics.median(times), times[len(times) * 95 // 100]


def places(answer):
    return {(result["file"], result["start"]) for result in answer["results"]}


def recall(answers, exact):
    return statistics.mean(len(places(one) & places(other)) / max(1, len(places(other))) for one, other in zip(answers, exact))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("model")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--passage-tokens", type=int, default=48)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--shares", default="0.05,0.1,0.2,0.3")
    parser.add_argument("--index", help="where the index is kept; a temporary file unless named")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if len(arguments.texts) < 2:
        parser.error("name two texts at least: the last one stays out of the index")
    with tempfile.TemporaryDirectory() as folder:
        arguments.index = arguments.index or os.path.join(folder, "passages.index")
        *texts, other = arguments.texts
        report, sums = make(arguments, texts)
        describe(arguments, report, sums)
        half, generator = arguments.queries // 2, random.Random(arguments.seed)
        queries = sentences(texts[:sums["texts"]], arguments.queries - half, generator) + sentences([other], half, generator)
        path = os.path.join(folder, "queries.txt")
        Path(path).write_text("".join(query + "\n" for query in queries), encoding="utf-8")
        compare(arguments, path, half)


def describe(arguments, report, sums):
    size = sum(os.path.getsize(arguments.index + end) for end in ("", "-wal") if os.path.exists(arguments.index + end))
    vectors = f"{report['vectors']:,} vectors in {report['cells']:,} cells"
    print(f"{report['passages']['total']:,} passages of {sums['texts']} texts, {vectors}; {size / 1e6:.0f} MB on disk, "
          f"{size / report['passages']['total']:.0f} bytes a passage")
    if sums["passages"] == report["passages"]["total"]:
        print(f"{sums['passages'] / sums['seconds']:.0f} passages and {sums['tokens'] / sums['seconds']:,.0f} tokens a second "
              f"({sums['seconds']:.0f} s, {sums['tokens']:,} tokens, {sums['cut']} cut)")


def compare(arguments, queries, half):
    exact = search(arguments, queries, ["--mode", "vectors", "--exact"])
    ways = [("all vectors", ["--mode", "vectors", "--exact"])]
    ways += [(f"cells, share {share}", ["--mode", "vectors", "--share", share]) for share in arguments.shares.split(",")]
    ways += [("words", ["--mode", "words"]), ("both, as usual", [])]
    print("\n| search | p50 ms | p95 ms | with embedding, p50 ms | recall@10, own sentences | another book's |\n|---|---|---|---|---|---|")
    for name, options in ways:
        answers = search(arguments, queries, options)
        for answer in answers:
            answer["timing"]["seconds"] = answer["timing"]["embed_seconds"] + answer["timing"]["search_seconds"]
        middle, late = milliseconds(answers, "search_seconds")
        cells = [f"{middle:.1f}", f"{late:.1f}", f"{milliseconds(answers, 'seconds')[0]:.1f}"]
        if name.startswith("cells"):
            border = len(answers) - half
            cells += [f"{recall(answers[:border], exact):.3f}", f"{recall(answers[border:], exact[border:]):.3f}"]
        else:
            cells += ["", ""]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
