#!/usr/bin/env python3
"""Talk with a model for as long as a log lasts, then ask about all of it, the beginning too; memory and answers.

    apus data log -o log.txt --words 44000 --json > log.json
    Benchmarks/endless-chat.py --apus .build/release/apus --model Sources/BuiltInModel/Resources/built-in.gguf --text log.txt \\
        --questions log.json --method infllm

The log is told turn by turn, some words in each; every turn gets a reply. Then each question is a turn. Prints the resident set of the
process as the conversation grows, and how many questions about each fifth of the log were answered rightly. Linux only.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path


class Chat:
    """`apus chat --json` at work."""

    def __init__(self, options):
        command = [
            options.apus, "chat", "--model", options.model, "--method", options.method, "--max-tokens", str(options.max_tokens), "--json",
            "--quiet"]
        if options.memory_limit:
            command += ["--memory-limit", options.memory_limit]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, turn):
        self.process.stdin.write(turn + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"apus chat ended with {self.process.wait()}")
        return json.loads(line)

    def resident(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def turns(text, words):
    """The text in pieces of so many words, each on one line."""
    all_words = text.split()
    return [" ".join(all_words[first : first + words]) for first in range(0, len(all_words), words)]


def plain(text):
    return text.strip().lower().removesuffix(".")


def tell(chat, pieces, step):
    """Tells the log and prints what it takes in memory after every so many words."""
    print("| words told | tokens read for the last reply | resident set | seconds |\n|---|---|---|---|")
    began, shown, words = time.monotonic(), 0, 0
    for number, piece in enumerate(pieces):
        tokens = chat.say(piece)["tokens"]["prompt"]
        words += len(piece.split())
        if words >= shown + step or number == len(pieces) - 1:
            shown = words
            print(f"| {words:,} | {tokens:,} | {chat.resident() / 2**20:.0f} MiB | {time.monotonic() - began:.0f} |", flush=True)


def ask(chat, questions, parts=5):
    """Asks all questions and prints how many about each part of the log were answered rightly."""
    right = []
    for entry in questions:
        reply = chat.say(entry["question"])["text"]
        right.append(plain(reply) == plain(entry["answer"]))
        print(json.dumps({**entry, "reply": reply}), file=sys.stderr, flush=True)
    groups = [right[part * len(right) // parts : (part + 1) * len(right) // parts] for part in range(parts)]
    print("\n| part of the log | answered rightly |\n|---|---|")
    for part, group in enumerate(groups):
        print(f"| {part + 1} of {parts} | {sum(group)} of {len(group)} |")
    print(f"| all | {sum(right)} of {len(right)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apus", default="apus")
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--questions", required=True, help="what `apus data log --json` printed")
    parser.add_argument("--method", required=True)
    parser.add_argument("--words", type=int, default=60, help="words of a turn")
    parser.add_argument("--step", type=int, default=5_000, help="words between two looks at the memory")
    parser.add_argument("--max-tokens", type=int, default=24)
    parser.add_argument("--memory-limit")
    options = parser.parse_args()
    text = Path(options.text).read_text(encoding="utf-8")
    questions = json.loads(Path(options.questions).read_text(encoding="utf-8"))["questions"]
    chat = Chat(options)
    tell(chat, turns(text, options.words), options.step)
    ask(chat, questions)
    print(f"\nResident set after the questions: {chat.resident() / 2**20:.0f} MiB")
    chat.end()


if __name__ == "__main__":
    main()
