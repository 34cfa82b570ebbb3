#!/usr/bin/env python3
"""Makes a task for `apus classify` of books: make-book-passages.py FOLDER BOOK...

Which book does a passage come from? FOLDER/train.jsonl holds passages of the first six tenths of each book, FOLDER/test.jsonl passages of
the last three, spread evenly: {"text", "label"}, the label being the file's name. What Project Gutenberg has put around a book is left
out, and so is the tenth between the two.
"""

import argparse
import json
import re
from pathlib import Path


def words(path):
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    begin = re.search(r"\*\*\* ?START OF[^\n]*\n", text)
    end = re.search(r"\*\*\* ?END OF", text)
    return text[begin.end() if begin else 0:end.start() if end else len(text)].split()


def passages(words, count, length):
    step = max(1, (len(words) - length) // max(1, count - 1))
    return [" ".join(words[place * step:place * step + length]) for place in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("books", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=1500, help="words of a passage")
    parser.add_argument("--train", type=int, default=20, help="passages of each book to learn from")
    parser.add_argument("--test", type=int, default=20, help="passages of each book to test with")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    train, test = [], []
    for book in sorted(arguments.books):
        text = words(book)
        first, last = len(text) * 6 // 10, len(text) * 7 // 10
        label = book.stem
        train += [{"text": passage, "label": label} for passage in passages(text[:first], arguments.train, arguments.words)]
        test += [{"text": passage, "label": label} for passage in passages(text[last:], arguments.test, arguments.words)]
    for name, examples in [("train", train), ("test", test)]:
        (arguments.folder / f"{name}.jsonl").write_text("".join(json.dumps(example) + "\n" for example in examples))
    print(f"{len(arguments.books)} books, {len(train)} passages to learn from, {len(test)} to test with")


if __name__ == "__main__":
    main()
