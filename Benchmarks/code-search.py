#!/usr/bin/env python3
"""Finds functions by their docstrings, with long ones encoded block by block and with all but their beginning cut off.

usage: code-search.py APUS MODEL [--tree FOLDER] [--functions N] [--folder FOLDER] [--threads N] [--seed N]

APUS is a release build with the trait SQLite; MODEL an encoder (Scripts/fetch-minilm.sh makes the folder of one). The functions are those
of a tree of Python files (the standard library of the Python that runs this, unless --tree names another) whose docstring has at least five
words in its first paragraph, each without its docstring in a file of its own; the first paragraph is the query. At most N functions
are taken, at random: half of them with more than 256 tokens by a rough count, as far as there are so many, since short ones are the
same under every aggregation. All candidates are treated alike. The rank of a function is 1 + the number of others with a strictly higher
score, or an equal one (the pessimistic rank); a function beyond the search's limit counts with the rank of the last.
"""

import argparse
import ast
import json
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from pathlib import Path


def functions(tree):
    """(query, source without docstring) of every documented function."""
    for path in sorted(Path(tree).rglob("*.py")):
        if {"test", "tests", "idle_test", "site-packages", "dist-packages"} & set(path.parts):
            continue
        try:
            source = path.read_text(encoding="utf-8")
            module = ast.parse(source)
        except (SyntaxError, ValueError, OSError):
            continue
        lines = source.splitlines(keepends=True)
        for node in ast.walk(module):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and len(node.body) > 1:
                docstring = ast.get_docstring(node)
                query = " ".join((docstring or "").split("\n\n")[0].split())
                if len(query.split()) < 5 or len(query) > 400:
                    continue
                first = node.body[0]
                code = lines[node.lineno - 1:first.lineno - 1] + lines[first.end_lineno:node.end_lineno]
                yield query, textwrap.dedent("".join(code))


def sample(found, count, seed):
    """Without doubles; half of them long."""
    unique = {}
    for query, code in found:
        unique.setdefault(query, code)
    items = sorted(unique.items())
    random.Random(seed).shuffle(items)
    # Code has about three bytes in a token of such vocabularies.
    long = [item for item in items if len(item[1]) > 3 * 256]
    short = [item for item in items if len(item[1]) <= 3 * 256]
    taken = long[:count // 2]
    return taken + short[:count - len(taken)]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr}")
    return result.stdout


def ranks(apus, index, queries, limit, extra):
    """The rank of each query's function, in order."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(query + "\n" for query in queries))
        file.flush()
        lines = run([apus, "search", "--index", index, "--queries", file.name, "--limit", str(limit), "--json", "--quiet"] + extra)
    found = []
    for number, line in enumerate(lines.splitlines()):
        scores = {}
        for result in json.loads(line)["results"]:
            name = os.path.basename(result["file"])
            scores[name] = max(scores.get(name, -2), result["score"])
        own = scores.get(f"f{number:05}.py")
        found.append(limit if own is None else sum(score >= own for score in scores.values()))
    return found


def reciprocal(values):
    return sum(1 / value for value in values) / max(len(values), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("model")
    parser.add_argument("--tree", default=sysconfig.get_paths()["stdlib"])
    parser.add_argument("--functions", type=int, default=1000)
    parser.add_argument("--folder", help="where the functions and indexes are kept; a temporary folder unless named")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or temporary
        chosen = sample(functions(arguments.tree), arguments.functions, arguments.seed)
        code = os.path.join(folder, "code")
        os.makedirs(code, exist_ok=True)
        for number, (_, text) in enumerate(chosen):
            Path(code, f"f{number:05}.py").write_text(text, encoding="utf-8")
        report(arguments, folder, code, chosen)


def report(arguments, folder, code, chosen):
    queries = [query for query, _ in chosen]
    variants = [
        ("mean of blocks", ["--aggregate", "mean"]), ("first 256 tokens", ["--aggregate", "first"]),
        ("nearest block", ["--aggregate", "max"]), ("mean of the paper's windows", ["--aggregate", "mean", "--window", "32,16"]),
    ]
    long = None
    print(f"{len(chosen)} functions of {arguments.tree}, seed {arguments.seed}")
    print("| vectors | MRR, all | MRR, several blocks | MRR, one block | tokens embedded |\n|---|---|---|---|---|")
    for name, options in variants:
        index = os.path.join(folder, name.replace(" ", "-").replace("'", "") + ".index")
        made = json.loads(run([arguments.apus, "index", code, "--index", index, "--model", arguments.model, "--rebuild", "--json", "--quiet",
                               "--threads", str(arguments.threads)] + options))
        extra = ["--mode", "vectors", "--exact", "--threads", str(arguments.threads)]
        places = ranks(arguments.apus, index, queries, len(chosen), extra)
        long = long or several_blocks(index, len(chosen))
        print_row(name, places, made, long)
        if name == "mean of blocks":
            print_row("words alone", ranks(arguments.apus, index, queries, len(chosen), ["--mode", "words"]), None, long)
            print_row("mean and words fused", ranks(
                arguments.apus, index, queries, len(chosen), ["--exact", "--threads", str(arguments.threads)]), None, long)
    print(f"{sum(long)} functions have several blocks")


def several_blocks(index, count):
    """Which functions were divided, told by the index itself."""
    import sqlite3
    rows = sqlite3.connect(index).execute(
        "SELECT DISTINCT files.path FROM files JOIN passages ON file = files.id JOIN blocks ON passage = passages.id")
    divided = {os.path.basename(row[0]) for row in rows}
    return [f"f{number:05}.py" in divided for number in range(count)]


def print_row(name, places, made, long):
    parts = [reciprocal(places), reciprocal([p for p, l in zip(places, long) if l]), reciprocal([p for p, l in zip(places, long) if not l])]
    tokens = made["tokens"]["embedded"] if made else ""
    print(f"| {name} | " + " | ".join(f"{part:.3f}" for part in parts) + f" | {tokens} |", flush=True)


if __name__ == "__main__":
    main()
