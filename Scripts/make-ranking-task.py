#!/usr/bin/env python3
"""Makes a task for `apus rank` of a book: make-ranking-task.py BOOK FOLDER

Which paragraph was a sentence taken out of? (The inverse cloze task of Lee et al., Latent Retrieval, 2019.) FOLDER/passages.jsonl holds
paragraphs, FOLDER/queries.tsv a sentence each of some of them, which is missing there, and FOLDER/qrels.txt says whose it was.
"""

import argparse
import json
import random
import re
from pathlib import Path


def paragraphs(path):
    """Those of several sentences, without what Project Gutenberg has put around the book."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r", "")
    begin = re.search(r"\*\*\* ?START OF[^\n]*\n", text)
    end = re.search(r"\*\*\* ?END OF", text)
    for part in text[begin.end() if begin else 0:end.start() if end else len(text)].split("\n\n"):
        sentences = re.split(r"(?<!Mr.)(?<!Mrs.)(?<!Dr.)(?<!St.)(?<=[.!?])\s+(?=[A-Z])", " ".join(part.split()))
        if len(sentences) >= 4 and 60 <= len(part.split()) <= 200:
            yield sentences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--queries", type=int, default=50)
    arguments = parser.parse_args()
    generator = random.Random(43)
    found = list(paragraphs(arguments.book))
    found = generator.sample(found, min(arguments.passages, len(found)))
    queries, qrels = [], []
    for number, sentences in enumerate(found):
        # Neither the first nor the last sentence, and one that says something.
        places = [place for place in range(1, len(sentences) - 1) if 8 <= len(sentences[place].split()) <= 40]
        if len(queries) < arguments.queries and places:
            queries.append(f"q{number}\t{sentences.pop(generator.choice(places))}\n")
            qrels.append(f"q{number} 0 p{number} 1\n")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    (arguments.folder / "passages.jsonl").write_text(
        "".join(json.dumps({"id": f"p{number}", "text": " ".join(sentences)}) + "\n" for number, sentences in enumerate(found)))
    (arguments.folder / "queries.tsv").write_text("".join(queries))
    (arguments.folder / "qrels.txt").write_text("".join(qrels))
    print(f"{len(found)} passages, {len(queries)} queries")


if __name__ == "__main__":
    main()
