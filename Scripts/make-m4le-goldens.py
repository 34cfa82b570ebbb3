#!/usr/bin/env python3
"""Write Tests/Fixtures/evaluation/m4le.json: what M4LE's released scorer gives for made-up replies, and LongSafety's released wording.

    pip install rouge==1.0.1 rouge_chinese==1.0.3 jieba==0.42.1
    git clone https://github.com/KwanWaiChung/M4LE && git clone https://github.com/thu-coai/LongSafety
    Scripts/make-m4le-goldens.py M4LE LongSafety

The Chinese texts are those of make-published-goldens.py, whose part of jieba's dictionary they need.
"""

import ast
import copy
import importlib.util
import json
import random
import re
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "Fixtures" / "evaluation"
WORDS = "a b c d The of rain harbour Harbour. ship, ship 3.5 2,019 1-2 x-y (so) \"said\" & &amp; rock/roll it's ... é 7. ,8".split()
CHINESE = ["他来到了网易杭研大厦。", "我们中出了一个叛徒", "李小福是创新办主任也是云计算方面的专家", "1998年毕业于清华大学", "小明硕士毕业于中国科学院计算所，后在日本京都大学深造"]
SEPARATORS = ["\n", "。", "！", "？\n", "。\n", "…… ", "，", "?", "。”", "......", "‘"]
NAMES = ["4F2A1C", "90BB3E", "C29BD6", "37B155"]


def scorer(folder):
    """The released module, and its table of tasks, which is inside of a function."""
    sys.path.insert(0, str(folder))
    for name in ["strictfire", "pandas", "tqdm", "numpy"]:
        sys.modules.setdefault(name, types.SimpleNamespace(StrictFire=None, tqdm=None, DataFrame=None, nan=float("nan")))
    spec = importlib.util.spec_from_file_location("evaluation", folder / "evaluation.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for node in ast.walk(ast.parse((folder / "evaluation.py").read_text())):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "tasks_param":
            return module, eval(compile(ast.Expression(node.value), "tasks", "eval"), vars(module))
    raise SystemExit("the table of tasks is not where it was")


def western(generator, longest):
    words = [generator.choice(WORDS) for _ in range(generator.randrange(longest))]
    return generator.choice(["", "", "\n", " "]) + " ".join(words) + generator.choice(["", ".", "\nmore", ". more"])


def chinese(generator, longest):
    parts = [generator.choice(CHINESE) + generator.choice(SEPARATORS) for _ in range(generator.randrange(longest))]
    return "".join(parts)


def names(generator, comma, stop):
    listed = [generator.choice(NAMES) for _ in range(generator.randrange(4))]
    return generator.choice(["", " "]) + generator.choice([comma, comma + " "]).join(listed) + generator.choice(["", stop, stop + "\nArticle"])


def records(generator, task, parameters):
    is_chinese = parameters["lang"] == "zh" or task in ("drcd_explicit-single_ret", "online-shopping")
    for number in range(14):
        if parameters["metric"] == "cls_f1":
            marks = ("，", "。") if is_chinese else (",", ".")
            reply = names(generator, *marks)
            answers = [marks[0].join(generator.sample(NAMES, 2)) + (marks[1] if task in ("marc", "online-shopping") else "")]
        else:
            make = chinese if is_chinese else western
            reply = make(generator, 5)
            answers = [make(generator, 4) for _ in range(generator.randrange(1, 3))]
            if number % 3 == 0:
                answers[0] = reply
            if number % 5 == 1:
                reply = '"' + reply + '" so'
            if parameters["metric"] == "bleu":
                # Their BLEU fails for references without a word.
                answers = [answer + (" harbour" if not is_chinese else "港") for answer in answers]
                reply = reply + " ship"
            if "semantic-multiple" in task:
                stop = "。" if is_chinese else "."
                answers, reply = [f"{number}{stop}"], f"{generator.choice([number, 3])}{generator.choice([stop, '', stop + ' x'])}"
            if task == "bigpatent_global_cls":
                answers = [str(generator.randrange(1, 4))]
                reply = f"{generator.randrange(1, 4)}: physics 1"
        yield {"gen_resp": reply, "answers": answers, "length_bucket": 1000}


def main():
    repository, safety = map(Path, sys.argv[1:3])
    module, tasks = scorer(repository)
    generator = random.Random(30)
    goldens = []
    for task, parameters in tasks.items():
        rows = list(records(generator, task, parameters))
        sets = [rows] if parameters["metric"] == "bleu" else [[row] for row in rows]
        scores = [module.evaluate_by_dict(copy.deepcopy(some), **parameters)[1000] for some in sets]
        name = re.sub(r"_(cls\+ret|ret|qa|cls\+cnt)$", "", task) if task != "bigpatent_global_cls" else task
        goldens.append({"task": name, "records": [{"reply": row["gen_resp"], "answers": row["answers"]} for row in rows], "scores": scores})
    templates = re.findall(r"'''(.*?)'''", (safety / "src" / "multi_agent_eval.py").read_text(), re.S)
    wording = [
        text.replace("\\n", "\n").format(
            instruction="INSTRUCTION", context="CONTEXT", env_summary="SUMMARY", risks="RISKS", response="RESPONSE")
        for text in templates
    ]
    keys = ["risks", "summary", "judgment", "judgment_without_context"]
    lines = [json.dumps(golden, ensure_ascii=False) for golden in goldens]
    (FOLDER / "m4le.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    (FOLDER / "longsafety.json").write_text(json.dumps(dict(zip(keys, wording)), indent=1) + "\n")


if __name__ == "__main__":
    main()
