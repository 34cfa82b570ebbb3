#!/usr/bin/env python3
"""Write Tests/Fixtures/evaluation/goldens.json: what replies are worth and how often words come, by the published rules of RULER and LongChat.

    Scripts/make-evaluation-goldens.py

Nothing but Python's own library is needed. The rules are written down here once more, apart from those of the program.
"""

import json
import math
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cleaned(reply):
    return re.sub("[\x00-\x1f]", "\n", reply).strip()


def string_match_all(reply, references):
    reply = cleaned(reply).lower()
    return sum(reference.lower() in reply for reference in references) / len(references)


def string_match_part(reply, references):
    reply = cleaned(reply).lower()
    return max(1.0 if reference.lower() in reply else 0.0 for reference in references)


def last_number(reply, references):
    numbers = re.findall("[0-9]+", reply)
    return float(bool(numbers) and numbers[-1] in references)


def first_number(reply, references):
    numbers = re.findall("[0-9]+", reply)
    return float(bool(numbers) and numbers[0] in references)


METRICS = {
    "string_match_all": string_match_all, "string_match_part": string_match_part, "last_number": last_number,
    "first_number": first_number}

CASES = [
    ("", ["1234567"]),
    (" \n\t ", ["1234567"]),
    ("1234567", ["1234567"]),
    ("12345678", ["1234567"]),
    ("The numbers are 1234567, 7654321 and 1111111.", ["1234567", "7654321"]),
    ("7654321", ["1234567", "7654321", "1111111", "2222222"]),
    ("1234567\x00\x01tail", ["1234567"]),
    ("123\x07", ["123\n"]),
    ("split 12345\t67", ["1234567"]),
    ("ABCDE, FGHIJ", ["abcde", "fghij", "klmno"]),
    ("abcdefghij", ["abc", "bcd", "zzz"]),
    ("ÄPFEL und Straße", ["äpfel", "STRASSE"]),
    ("7\u0301", ["7"]),
    ("e\u0301t\u00e9", ["\u00e9t\u00e9"]),
    ("line <42>, no: <17>", ["17"]),
    ("line <42>, no: <17>", ["42"]),
    ("<017>", ["17"]),
    ("17.5", ["17"]),
    ("-17", ["17"]),
    ("no number", ["17"]),
    ("Denver, Colorado", ["denver", "Boulder"]),
    ("c31edbbc-f36c-462b-892e-6161be2d740a", ["C31EDBBC-F36C-462B-892E-6161BE2D740A"]),
    ("a\r\nb", ["a\n\nb"]),
    ("1. alpha 2. beta", ["alpha", "beta", "gamma", "delta"]),
]


def frequencies(words, ranks):
    """How often the words of each rank come among so many: Zipf's law with the exponent 2."""
    zeta = sum(1 / k**2 for k in range(1, 2_000_000)) + 1 / 2_000_000 + 1 / (2 * 2_000_000**2)
    assert abs(zeta - math.pi**2 / 6) < 1e-12
    return [int(words * rank**-2 / zeta) for rank in range(1, ranks + 1)]


def suite(averages):
    """Effective length and weighted averages of scores by length."""
    above = [length for length, average in averages if average > 0.856]
    ordered = [average for _, average in sorted(averages)]
    count = len(ordered)
    total = count * (count + 1) / 2
    return {
        "lengths": [length for length, _ in averages], "averages": [average for _, average in averages],
        "effective_length": max(above, default=None),
        "increasing": sum((place + 1) * average for place, average in enumerate(ordered)) / total,
        "decreasing": sum((count - place) * average for place, average in enumerate(ordered)) / total}


def main():
    metrics = [
        {"metric": name, "reply": reply, "references": references, "score": rule(reply, references)}
        for name, rule in METRICS.items() for reply, references in CASES]
    goldens = {
        "metrics": metrics,
        "frequencies": [{"words": words, "times": frequencies(words, 12)} for words in (53, 100, 640, 4096, 77777)],
        "suites": [
            # Published averages of Llama 3.1 (8B), Mistral (7B) and LongChat (7B).
            suite([(4096, 0.955), (8192, 0.938), (16384, 0.916), (32768, 0.874), (65536, 0.847), (131072, 0.770)]),
            suite([(131072, 0.138), (4096, 0.936), (8192, 0.912), (16384, 0.872), (32768, 0.754), (65536, 0.490)]),
            suite([(4096, 0.847), (8192, 0.799), (16384, 0.708), (32768, 0.593), (65536, 0.0), (131072, 0.0)])],
    }
    path = ROOT / "Tests/Fixtures/evaluation/goldens.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(goldens, indent=1) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(metrics)} scores")


if __name__ == "__main__":
    main()
