"""JSON that people can read: indented, but with one list of numbers, and one named tensor, per line."""

import json
import re


def on_few_lines(document):
    text = json.dumps(document, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+([-+.,e\d\s]+?)\s+\]", lambda match: "[" + " ".join(match[1].split()) + "]", text)
    return re.sub(r"\{\s+(\"name\"[^{}]*?\"shape\"[^{}]*?)\s+\}", lambda match: "{" + " ".join(match[1].split()) + "}", text) + "\n"
