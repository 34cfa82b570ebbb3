#!/usr/bin/env python3
"""Write Tests/Fixtures/evaluation/published.json: what the libraries of published scorers give for made-up texts.

    pip install rouge==1.0.1 rouge_score==0.1.2 jieba==0.42.1
    Scripts/make-published-goldens.py

Beside it goes Tests/Fixtures/evaluation/jieba: those lines of jieba's dictionary and of its model that the Chinese texts need. jieba is
published under the MIT licence.
"""

import difflib
import json
import math
import random
from pathlib import Path

import jieba
from jieba import finalseg
from rouge import Rouge
from rouge_score import rouge_scorer

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "Fixtures" / "evaluation"
WORDS = "a b c d e the of rain harbour Harbour harbour. ship ship. sails. 3.5 2019 naïve naïve É É ﬁ ſ K İ ΟΔΟΣ ...".split()
CHINESE = [
    "他来到了网易杭研大厦。", "小明硕士毕业于中国科学院计算所，后在日本京都大学深造", "答案是：段落27！", "我们中出了一个叛徒", "ABC公司2019年的增长率为3.5%。",
    "  上海 ， 中国\r\n南京市长江大桥", "李小福是创新办主任也是云计算方面的专家", "韩愈龘龘曰", "iPhone手机，C++语言和AT&T", "", "。", "1998年毕业于清华大学", "𠮷野家の牛丼",
]


def texts(generator, count, longest):
    for _ in range(count):
        yield " ".join(generator.choice(WORDS) for _ in range(generator.randrange(longest)))


def rouge_l(prediction, reference):
    try:
        return Rouge().get_scores([prediction], [reference], avg=True)["rouge-l"]["f"]
    except Exception:
        return 0.0


def jieba_files():
    """The part of the dictionary that the texts can meet, with all that is left as one word that no text has."""
    pieces = {text[i:j] for text in CHINESE for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    lines, rest = [], 0
    for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines():
        word, count = line.split(" ")[:2]
        # Beginnings of longer words count, too: they let a search go on.
        if word in pieces:
            lines.append(f"{word} {count}")
        else:
            rest += int(count)
    folder = FOLDER / "jieba"
    (folder / "finalseg").mkdir(parents=True, exist_ok=True)
    (folder / "dict.txt").write_text("\n".join(lines + [f"\U0001F6A2\U0001F6A2 {rest}"]) + "\n", "utf-8")
    characters = set("".join(CHINESE))
    emissions = {place: {c: p for c, p in values.items() if c in characters} for place, values in finalseg.emit_P.items()}
    for name, table in [("start", finalseg.start_P), ("trans", finalseg.trans_P), ("emit", emissions)]:
        (folder / "finalseg" / f"prob_{name}.py").write_text(f"P={table!r}\n", "utf-8")


def main():
    generator = random.Random(14)
    pairs = list(zip(texts(generator, 60, 14), texts(generator, 60, 14))) + list(zip(texts(generator, 4, 400), texts(generator, 4, 400)))
    pairs += [("", ""), (".", "."), (" . ", "a"), ("a. .b", "b..a"), ("one two " * 80, "two one " * 80)]
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
    rouge = []
    for prediction, reference in pairs:
        words = {name: score.fmeasure for name, score in scorer.score(reference, prediction).items()}
        rouge.append({"prediction": prediction, "reference": reference, "sentences": rouge_l(prediction, reference), "words": words})
    ratios = []
    for longest, letters in [(12, "abc"), (60, "abcdef"), (199, "ab "), (200, "ab cdef"), (320, "abcdefghijklmnopqrstuvwxyz ()=.,"), (900, "ab\nx")]:
        for _ in range(8):
            one = "".join(generator.choice(letters) for _ in range(generator.randrange(longest + 1)))
            other = list(one) if generator.random() < 0.5 else [generator.choice(letters) for _ in range(longest)]
            for _ in range(generator.randrange(8)):
                other.insert(generator.randrange(len(other) + 1), generator.choice(letters))
            other = "".join(other)
            ratios.append({"first": one, "second": other, "ratio": difflib.SequenceMatcher(None, one, other).ratio()})
    jieba_files()
    chinese = [{"text": text, "words": list(jieba.cut(text, cut_all=False))} for text in CHINESE]
    numbers = []
    for text in ["1", " 1.50 ", "1_000", "1__0", "_1", "1_", ".5", "5.", ".", "", "-.5e3", "1e", "0x1p3", "inf", "-Infinity", "+nan", "infinit", "１２", "1e400", "1 2", "--1", "1.e2", "e5", "1._5"]:
        try:
            value = float(text)
            numbers.append({"text": text, "value": str(value) if not math.isfinite(value) else value})
        except ValueError:
            numbers.append({"text": text})
    lower = [{"text": text, "lower": text.lower()} for text in ["ΟΔΟΣ", "ΣΑΣ Σ", "ΑΣ.", "İI", "ǅ", "ẞ", "É", "Α\u0345Σ\u0345 Σ'Σ"]]
    content = {"rouge": rouge, "ratios": ratios, "chinese": chinese, "numbers": numbers, "lower": lower}
    FOLDER.joinpath("published.json").write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
