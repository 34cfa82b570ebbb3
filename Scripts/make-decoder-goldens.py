#!/usr/bin/env python3
"""Makes Tests/Fixtures/decoders: tiny GGUF models with random weights, and the logits that a decoder must find.

Needs numpy and gguf (PyPI). The same versions give the same files, byte for byte.

  make-decoder-goldens.py [--stories FOLDER] [--libllama FOLDER]

--stories   the folder of the real model stories260K (stories260K.bin, tok512.bin, expected-greedy.json); its golden
            is left as it stands where the folder is missing.
--libllama  the folder of llama.cpp's shared libraries: a peer whose logits are compared with the reference and written
            beside it. Optional; without it the peer's figures are kept where the model has not changed, else dropped.

The logits come from goldens/reference.py, a float64 forward pass that shares nothing with the Swift sources. The peer
reads two forms of each model: a float32 copy of the very same numbers, which should agree to float32's rounding, and
the file as stored, where llama.cpp rounds activations too (to F16 or Q8_0), so that the difference is far larger.
"""

import argparse
import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from goldens import gguf_models, reference, stories
from goldens.peer import Peer
from goldens.text import on_few_lines

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/decoders"
TOKEN_COUNT = 64
POSITIONS = (0, 1, 17, 40, 63)  # where all logits of a tiny model are written down
STRIDE = 8  # of the story model's logits every 8th is written down
GREEDY_COUNT = 8


def rounded(values):
    return [round(float(value), 6) for value in values]


def row(logits, position, stride):
    best = np.argsort(-logits[position], kind="stable")[:10]
    return {
        "position": position,
        "top_tokens": best.tolist(),
        "top_logits": rounded(logits[position][best]),
        "stride": stride,
        "logits": rounded(logits[position][::stride]),
    }


def case(model, tokens, positions, stride):
    """What the reference says about one run of tokens. `smallest_lead`: of a likeliest token over the next one."""
    logits = reference.forward(model, tokens)
    ordered = np.sort(logits, axis=-1)
    chosen, lead = reference.greedy(model, tokens, GREEDY_COUNT)
    golden = {
        "tokens": [int(token) for token in tokens],
        "argmax": logits.argmax(axis=-1).tolist(),
        "smallest_lead": round(min(lead, float((ordered[:, -1] - ordered[:, -2]).min())), 6),
        "greedy": chosen,
        "rows": [row(logits, position, stride) for position in positions],
    }
    return golden, logits


def compare(peer, path, tokens, logits):
    """The peer's logits, and how far they lie from the reference."""
    theirs = peer.logits(path, tokens)
    return theirs, {
        "largest_difference": float(f"{np.abs(theirs - logits).max():.3g}"),
        "equal_argmax": int((theirs.argmax(axis=-1) == logits.argmax(axis=-1)).sum()),
    }


def check_layouts(model, shape, tokens):
    """Undoing the permutation of query and key rows and pairing halves must give the same logits."""

    def halves(rows, heads):
        return rows.reshape(heads, shape.head_dimension // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)

    layers = [
        replace(layer, query=halves(layer.query, shape.heads), key=halves(layer.key, shape.key_value_heads))
        for layer in model.layers
    ]
    other = reference.forward(replace(model, layout=reference.HALVES, layers=layers), tokens)
    if not np.allclose(other, reference.forward(model, tokens), rtol=0, atol=1e-9):
        raise SystemExit("the two rotary layouts disagree")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_peer(golden, path):
    """Takes over the peer's figures of an earlier run, if they are about the same model and tokens."""
    earlier = json.loads(path.read_text()) if path.exists() else {}
    same = earlier.get("sha256") == golden["sha256"] and [c["tokens"] for c in earlier["cases"]] == [
        c["tokens"] for c in golden["cases"]
    ]
    if same and "peer" in earlier:
        golden["peer"] = earlier["peer"]
        for case, old in zip(golden["cases"], earlier["cases"]):
            for row, old_row in zip(case["rows"], old["rows"]):
                row["peer_logits"] = old_row["peer_logits"]
    else:
        print(f"{path.name}: no peer (give --libllama to compare)")


def write(golden, name):
    path = FIXTURES / f"{name}.json"
    path.write_text(on_few_lines(golden))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes", golden.get("peer", ""))


def make_tiny(name, shape, peer):
    path = FIXTURES / f"{name}.gguf"
    gguf_models.write_tiny_model(path, name, shape)
    model = gguf_models.load(path)
    tokens = np.random.Generator(np.random.PCG64(shape.seed + 100)).integers(0, len(model.embedding), TOKEN_COUNT).tolist()
    if model.layout == reference.INTERLEAVED:
        check_layouts(model, shape, tokens)
    expected, logits = case(model, tokens, POSITIONS, 1)
    golden = {"model": path.name, "sha256": digest(path), "weights": shape.weight_type, "cases": [expected]}
    if peer is None:
        keep_peer(golden, FIXTURES / f"{name}.json")
    else:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            gguf_models.write_float32_copy(path, copy)
            theirs, float32 = compare(peer, copy, tokens, logits)
        _, stored = compare(peer, path, tokens, logits)
        golden["peer"] = {"name": "llama.cpp", "float32_copy": float32, "as_stored": stored}
        for row in expected["rows"]:
            row["peer_logits"] = rounded(theirs[row["position"]])
    write(golden, name)


def make_stories(folder, peer):
    model = stories.read_model(folder / "stories260K.bin")
    vocabulary = stories.read_vocabulary(folder / "tok512.bin")
    prompts = [stories.encode(text, vocabulary) for text in stories.PROMPTS]
    results = [case(model, tokens, (len(tokens) - 1,), STRIDE) for tokens in prompts]
    golden = {
        "model": "stories260K.bin", "sha256": digest(folder / "stories260K.bin"), "weights": "F32",
        "cases": [{"prompt": text} | expected for text, (expected, _) in zip(stories.PROMPTS, results)],
    }
    if peer is None:
        keep_peer(golden, FIXTURES / "stories260K.json")
    else:
        golden["peer"] = compare_stories(folder, model, vocabulary, golden["cases"], results, peer)
    write(golden, "stories260K")


def compare_stories(folder, model, vocabulary, cases, results, peer):
    """The peer on the story model as GGUF version 3; the known greedy continuation is checked in one pass over its text."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "stories260K.gguf"
        stories.write_gguf(model, vocabulary, path)
        differences = []
        for expected, (_, logits) in zip(cases, results):
            theirs, difference = compare(peer, path, expected["tokens"], logits)
            differences.append(difference)
            for row in expected["rows"]:
                row["peer_logits"] = rounded(theirs[row["position"]][:: row["stride"]])
        known = json.loads((folder / "expected-greedy.json").read_text())
        story = known["prompt_ids"] + known["generated_ids"]
        followed = peer.logits(path, story[:-1])[len(known["prompt_ids"]) - 1 :].argmax(axis=-1)
    equal = int((followed == np.array(known["generated_ids"])).sum())
    total = {
        "largest_difference": max(difference["largest_difference"] for difference in differences),
        "equal_argmax": sum(difference["equal_argmax"] for difference in differences),
    }
    return {"name": "llama.cpp", "float32_copy": total, "greedy": {"equal": equal, "of": len(known["generated_ids"])}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=Path, default=ROOT.parent / "shared/data/models/stories260K")
    parser.add_argument("--libllama", type=Path)
    arguments = parser.parse_args()
    peer = Peer(arguments.libllama) if arguments.libllama else None
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, shape in gguf_models.SHAPES.items():
        make_tiny(name, shape, peer)
    if arguments.stories.is_dir():
        make_stories(arguments.stories, peer)
    else:
        print(f"{arguments.stories}: missing, so the story model's golden is left as it stands")


if __name__ == "__main__":
    main()
