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
from sklearn.linear_model import LogisticRegression
from transformers import AutoModelForSequenceClassification

from goldens.encoders import BERT, BIG_BIRD, DISTILBERT, LONGFORMER, MODERN, MPNET, ROBERTA
from goldens.tiny_encoders import make_model, some_tokens, write_folder

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
    "distilbert": (labelled(DISTILBERT, "DistilBert", 2), False),
    "mpnet": (labelled(MPNET, "MPNet", 2), False),
    "longformer": (labelled(LONGFORMER, "Longformer", 3), False),
    "bigbird": (labelled(BIG_BIRD | {"attention_type": "original_full"}, "BigBird", 2), True),
}
# The tokens of each text, and where those of a second one begin.
TEXTS = ((80, 17), (21, None), (33, 30), (5, 1))


def logits(model, tokens, second):
    inputs = {"input_ids": torch.tensor([tokens])}
    if second is not None:
        inputs["token_type_ids"] = torch.tensor([[int(place >= second) for place in range(len(tokens))]])
    with torch.no_grad():
        return model(**inputs).logits[0].float().numpy()


def make(name, config, has_types):
    with tempfile.TemporaryDirectory() as folder:
        model, tensors = make_model(config, AutoModelForSequenceClassification, Path(folder))
        tokens = some_tokens(config, b"pairs", max(length for length, _ in TEXTS))
        texts = [(length, second if has_types else None) for length, second in TEXTS]
        found = np.stack([logits(model, tokens[:length], second) for length, second in texts])
    write_folder(FIXTURES / name, config, tensors, "logits.bin", found, {
        "tokens": tokens, "lengths": [1] * len(texts), "width": found.shape[1],
        "texts": [{"tokens": length, "second_part": second} for length, second in texts],
    })
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
