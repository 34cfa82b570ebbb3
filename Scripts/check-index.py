#!/usr/bin/env python3
"""Kills `apus index` again and again, runs two at once and damages an index, and checks what is left each time.

usage: check-index.py APUS [--model MODEL] [--kills N] [--files N] [--seed N]

APUS must have been built with the trait SQLite. Without --model the built-in model embeds. Nothing is kept.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = "mill river key stone bread winter letter garden window horse night candle road bridge music paper silver cloud harbour lantern".split()


class Check:
    def __init__(self, arguments, folder):
        self.apus = arguments.apus
        self.model = ["--model", arguments.model] if arguments.model else []
        self.folder = folder
        self.docs = os.path.join(folder, "docs")
        self.random = random.Random(arguments.seed)

    def write(self, count):
        os.makedirs(self.docs)
        for number in range(count):
            paragraphs = [" ".join(self.random.choices(WORDS, k=self.random.randint(5, 60))) + "." for _ in range(self.random.randint(1, 40))]
            Path(self.docs, f"{number:03}.txt").write_text("\n\n".join(paragraphs))

    def command(self, index):
        return [self.apus, "index", self.docs, "--index", index, "--json", "--quiet", "--threads", "1"] + self.model

    def run(self, index, status=0, extra=()):
        result = subprocess.run(self.command(index) + list(extra), capture_output=True, text=True)
        assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
        return json.loads(result.stdout) if status == 0 else result.stdout + result.stderr

    def start(self, index):
        return subprocess.Popen(self.command(index), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def content(self, index):
        """All passages with their places, and that each has one vector."""
        database = sqlite3.connect(index)
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        passages = sorted(database.execute("SELECT path, lower, upper, text FROM passages JOIN files ON files.id = file"))
        count = database.execute("SELECT count(*) FROM passages").fetchone()[0]
        assert database.execute("SELECT sum(count) FROM segments").fetchone()[0] == count
        assert database.execute("SELECT count(*) FROM entries").fetchone()[0] == count
        database.close()
        return passages


def kills(check, whole, seconds, count):
    """Kills at random moments; what was committed must never become less, and the end must be the same as without kills."""
    index, before, killed = os.path.join(check.folder, "killed.index"), 0, 0
    for _ in range(count):
        process = check.start(index)
        time.sleep(check.random.uniform(0.05, max(0.2, 0.6 * seconds)))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        if os.path.exists(index):
            try:
                rows = sqlite3.connect(index).execute("SELECT count(*) FROM passages").fetchone()[0]
            except sqlite3.OperationalError:
                rows = 0
            assert rows >= before, (rows, before)
            before = rows
    report = check.run(index)
    assert check.content(index) == whole
    assert before > 0, "every kill came before the first passages were committed; ask for more with --kills"
    print(f"{killed} kills, {before} passages committed before the last run, which embedded {report['passages']['embedded']}: "
          "the index is that of a run without kills")


def writers(check, whole, count):
    index = os.path.join(check.folder, "shared.index")
    processes = [check.start(index) for _ in range(count)]
    embedded = 0
    for process in processes:
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        embedded += json.loads(output)["passages"]["embedded"]
    assert check.content(index) == whole
    print(f"{count} writers at once embedded {embedded} passages for {len(whole)}: the index is that of one")


def damage(check, index, whole):
    data = Path(index).read_bytes()
    for name, bad in [("header", b"\0" * 32 + data[32:]), ("half", data[:len(data) // 2]), ("middle", data[:50000] + os.urandom(40000) + data[90000:])]:
        path = os.path.join(check.folder, name + ".index")
        Path(path).write_bytes(bad)
        said = check.run(path, status=65)
        assert "--rebuild" in said, said
        check.run(path, extra=["--rebuild"])
        assert check.content(path) == whole
    print("three kinds of damage were noticed, with exit status 65, and --rebuild made the index anew")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("--model")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        check = Check(arguments, folder)
        check.write(arguments.files)
        index = os.path.join(folder, "whole.index")
        started = time.monotonic()
        report = check.run(index)
        seconds = time.monotonic() - started
        whole = check.content(index)
        again = check.run(index)
        assert again["passages"]["embedded"] == 0 and again["files"]["unchanged"] == arguments.files
        print(f"{arguments.files} files, {report['passages']['total']} passages in {seconds:.1f} s; nothing to do the second time")
        kills(check, whole, seconds, arguments.kills)
        writers(check, whole, 2)
        damage(check, index, whole)


if __name__ == "__main__":
    sys.exit(main())
