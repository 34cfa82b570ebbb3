#!/usr/bin/env python3
"""Makes the folders of Tests/Fixtures/classifiers: tiny encoders with heads, and the logits that `transformers` finds; and what
scikit-learn's logistic regression learns from a few numbers (regression.json).

Needs numpy, torch, safetensors, scikit-learn and transformers (PyPI).

A folder holds the configuration (config.json), the names and shapes of the tensors with the numbers of the formula that their elements
follow (golden.json, see goldens/weights.py) and the texts, each with the number of its tokens and where those of a second text begin,
and the logits of each (logits.bin: float32, little-endian, [texts, labels]).
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import sklearn
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from transformers import AutoConfig, AutoModelForSequenceClassification

from goldens import weights
from goldens.checkpoints import Tensor, natural, values_hash, write_config
from goldens.encoders import BERT, MODERN, ROBERTA, spread
from goldens.text import on_few_lines

FIXTURES = Path(__file__).resolve().parent.parent / "Tests/Fixtures/classifiers"


def labelled(config, kind, count, **more):
    names = {str(number): f"class {number}" for number in range(count)}
    return config | {"architectures": [kind + "ForSequenceClassification"], "id2label": names,
                     "label2id": {name: int(number) for number, name in names.items()}} | more


# The configuration, and whether the second of two texts has a type of its own.
VARIANTS = {
    "bert": (labelled(BERT, "Bert", 1), True),
    "roberta": (labelled(ROBERTA, "Roberta", 3), False),
    "xlm-roberta": (labelled(ROBERTA | {"model_type": "xlm-roberta"}, "XLMRoberta", 1), False),
    "modernbert": (labelled(MODERN, "ModernBert", 2, classifier_pooling="mean"), False),
}
# The tokens of each text, and where those of a second one begin.
TEXTS = ((80, 17), (21, None), (33, 30), (5, 1))


def saved_shapes(config, folder):
    write_config(config, folder / "plan")
    AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(folder / "plan")).save_pretrained(folder / "saved")
    with safe_open(folder / "saved/model.safetensors", "numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}


def load(config, stored, folder):
    write_config(config, folder)
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    model, report = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    if any(report.values()):
        raise SystemExit(f"{config['model_type']}: {report}")
    return model.eval()


def logits(model, tokens, second):
    inputs = {"input_ids": torch.tensor([tokens])}
    if second is not None:
        inputs["token_type_ids"] = torch.tensor([[int(place >= second) for place in range(len(tokens))]])
    with torch.no_grad():
        return model(**inputs).logits[0].float().numpy()


def make(name, config, has_types):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        tensors, stored = [], {}
        for saved, shape in saved_shapes(config, folder).items():
            tensor = Tensor(saved, shape, spread(saved, shape))
            stored[saved] = tensor.values
            tensors.append(tensor)
        model = load(config, stored, folder / "whole")
        longest = max(length for length, _ in TEXTS)
        tokens = (weights.split_mix(weights.fnv1a(b"pairs"), longest) % np.uint64(config["vocab_size"] - 4) + np.uint64(4))
        tokens = tokens.astype(int).tolist()
        texts = [(length, second if has_types else None) for length, second in TEXTS]
        found = np.stack([logits(model, tokens[:length], second) for length, second in texts])
    tensors.sort(key=lambda tensor: natural(tensor.name))
    out = FIXTURES / name
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "logits.bin").write_bytes(found.astype("<f4").tobytes())
    entries = [
        {"name": tensor.name, "shape": list(tensor.shape), "offset": tensor.spread.offset, "span": tensor.spread.span,
         "exponent": tensor.spread.exponent} for tensor in tensors]
    (out / "golden.json").write_text(on_few_lines({
        "transformers": transformers.__version__, "tokens": tokens, "lengths": [1] * len(texts), "width": found.shape[1],
        "texts": [{"tokens": length, "second_part": second} for length, second in texts],
        "values_hash": f"{values_hash(tensors):016x}", "tensors": entries,
    }))
    print(f"{name}: {found.tolist()}", flush=True)


def regression():
    generator = np.random.default_rng(4)
    labels = np.arange(60) % 3
    features = (generator.normal(size=(60, 5)) + np.eye(3, 5)[labels] * 1.2).astype(np.float32)
    penalty = 0.01
    model = LogisticRegression(C=1 / (len(labels) * penalty), tol=1e-12, max_iter=100_000).fit(features.astype(float), labels)
    (FIXTURES / "regression.json").write_text(json.dumps({
        "scikit_learn": sklearn.__version__, "penalty": penalty, "features": [[float(value) for value in row] for row in features],
        "labels": labels.tolist(), "weights": model.coef_.tolist(),
        "probabilities": model.predict_proba(features.astype(float)).tolist()}) + "\n")


def main():
    for name, (config, has_types) in VARIANTS.items():
        make(name, config, has_types)
    regression()


if __name__ == "__main__":
    main()
