#!/usr/bin/env python3
"""Makes Tests/Fixtures/encoders/minilm.json: texts and the vectors that `sentence-transformers` makes of them with all-MiniLM-L6-v2.

Needs sentence-transformers (PyPI) and the model (Scripts/fetch-minilm.sh).

  make-sentence-goldens.py FOLDER
"""

import json
import sys
from pathlib import Path

import sentence_transformers

OUT = Path(__file__).resolve().parent.parent / "Tests/Fixtures/encoders/minilm.json"
TEXTS = [
    "Who keeps the key?",
    "The miller's wife keeps it, under the third stone from the door.",
    "",
    "  Spaces,\ttabs\nand line feeds   between words  ",
    "Ünïcödé: naïve façade, Ærøskøbing, ﬁne ligatures, 12½ °C",
    "日本語の文章と、汉字。 한국어 문장.",
    "def rotate(values, by): return values[by:] + values[:by]  # O(n)",
    "emoji 🙂 and a verylongwordwithoutanyspacesthatnovocabularyhasasonepiece",
    " ".join(f"Sentence {number} of a text that is longer than the model reads." for number in range(40)),
]


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    model = sentence_transformers.SentenceTransformer(sys.argv[1], device="cpu")
    vectors = [model.encode(text, show_progress_bar=False) for text in TEXTS]
    OUT.write_text(json.dumps({
        "sentence_transformers": sentence_transformers.__version__,
        "cases": [{"text": text, "vector": [float(f"{value:.7g}") for value in vector]} for text, vector in zip(TEXTS, vectors)],
    }, indent=None, separators=(",", ":"), ensure_ascii=False).replace('{"text"', '\n{"text"') + "\n")
    print(f"{OUT.name}: {len(TEXTS)} texts, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
