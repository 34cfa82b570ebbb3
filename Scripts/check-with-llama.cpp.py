#!/usr/bin/env python3
"""Converts the tiny models of Tests/Fixtures/decoders with `apus convert` and lets other programs read the results.

  check-with-llama.cpp.py [--apus PROGRAM] [--llama LIBRARY_FOLDER] [NAME ...]

Each folder becomes a GGUF file, whose logits llama.cpp calculates; the file becomes a folder again, whose logits transformers calculates.
Both are held to the logits of the golden. What llama.cpp is known to do otherwise is compared as far as it is comparable (LIMITS), and
what it does not know is said. Without --llama only transformers is asked.

Needs numpy, torch, safetensors and transformers (PyPI), and for --llama what goldens/peer.py needs.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from goldens import weights

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/decoders"
LOOSE = 0.02  # of the spread of logits: llama.cpp keeps tables of functions in half precision, and some models depend on them

# What llama.cpp does otherwise than the models' makers, and up to which token the logits are the same all the same.
LIMITS = {
    "mistral": (16, "it has no windows for Mistral"),
    "qwen2-window": (16, "it has no windows for Qwen2"),
    "phi3": (16, "it has no windows for Phi-3"),
    "phi3-longrope-long": (16, "it has no windows for Phi-3"),
    "phi3-longrope-short": (16, "it has no windows for Phi-3"),
}


def pieces():
    """The tokenizer of the tiny models: 3 control tokens, tab, line feed, space, printable ASCII, and pairs of them up to 128."""
    pairs = """Ġ t|h e|Ġt he|i n|Ġ a|r e|o n|Ġ s|Ġ w|a t|e r|n d|o u|i s|Ġ c|e s|i t|in g|Ġ b|o r|Ġ o|e n|a n|Ġ f|e d|Ġ p|Ġa nd|a l""".split("|")
    names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return names, names + ["ĉ", "Ċ", "Ġ"] + [chr(code) for code in range(33, 127)] + [pair.replace(" ", "") for pair in pairs], pairs


def write_tokenizer(folder):
    names, vocabulary, merges = pieces()
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    plain = {"special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    document = {
        "version": "1.0", "added_tokens": [{"id": number, "content": name} | plain for number, name in enumerate(names)],
        "pre_tokenizer": byte_level, "decoder": byte_level,
        "model": {"type": "BPE", "vocab": {piece: number for number, piece in enumerate(vocabulary)}, "merges": merges},
    }
    (folder / "tokenizer.json").write_text(json.dumps(document))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": names[0], "eos_token": names[2], "add_bos_token": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def write_checkpoint(name, folder):
    golden = json.loads((FIXTURES / name / "golden.json").read_text())
    stored = {}
    for entry in golden["tensors"]:
        spread = weights.Spread(entry["offset"], entry["span"], entry["exponent"])
        values = weights.values(entry["name"], tuple(entry["shape"]), spread)
        stored[entry["name"]] = values.astype(np.uint8) if entry.get("type") == "U8" else values
    folder.mkdir()
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text((FIXTURES / name / "config.json").read_text())
    write_tokenizer(folder)
    logits = np.fromfile(FIXTURES / name / "logits.bin", dtype="<f4").reshape(-1, golden["vocabulary"])
    return golden["tokens"], logits


def convert(apus, source, target):
    result = subprocess.run([apus, "convert", source, "-o", target], capture_output=True, text=True)
    return None if result.returncode == 0 else result.stderr.strip() or f"status {result.returncode}"


def transformers_logits(folder, tokens):
    import torch
    import transformers
    from goldens import checkpoints
    transformers.logging.set_verbosity_error()
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    problems = {key: found for key, found in report.items() if found}
    if problems:
        raise RuntimeError(str(problems))
    checkpoints.honour_largest_bias(model)
    return checkpoints.run(model.eval(), tokens)[0]


def verdict(find, golden, tokens=None):
    """How far logits lie from the golden ones, in units of their spread, and whether the likeliest tokens are the same."""
    try:
        found = find()
    except Exception as error:  # noqa: BLE001: whatever another program does wrong is what the table is to say
        return f"fails: {str(error).splitlines()[0][:100]}"
    count = tokens or len(golden)
    difference = np.abs(found[:count] - golden[:count]).max() / (golden.max() - golden.min())
    greedy = (found[:count].argmax(axis=1) == golden[:count].argmax(axis=1)).mean()
    word = "same" if difference < 1e-4 else "near" if difference < LOOSE else "DIFFERS"
    return f"{word} ({difference:.1e}, greedy {greedy:.0%} of {count})"


def check(name, arguments, peer, folder):
    tokens, golden = write_checkpoint(name, folder / "folder")
    file, back = folder / "model.gguf", folder / "back"
    if problem := convert(arguments.apus, folder / "folder", file):
        return f"not converted: {problem}", "-"
    limit, reason = LIMITS.get(name, (None, ""))
    theirs = verdict(lambda: peer.logits(file, tokens), golden, limit) if peer else "not asked"
    if problem := convert(arguments.apus, file, back):
        ours = f"no way back: {problem}"[:60] if "cannot become" in problem else f"not converted back: {problem}"
    else:
        ours = verdict(lambda: transformers_logits(back, tokens), golden)
    return theirs + (f"; {reason}" if reason else ""), ours


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apus", default=ROOT / ".build/debug/apus", help="the program (%(default)s)")
    parser.add_argument("--llama", metavar="FOLDER", help="where libllama lies")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    arguments = parser.parse_args()
    peer = None
    if arguments.llama:
        from goldens.peer import Peer
        peer = Peer(arguments.llama)
    names = arguments.names or sorted(path.parent.name for path in FIXTURES.glob("*/golden.json"))
    print("| model | llama.cpp, of the GGUF file | transformers, of the folder made from it |\n| --- | --- | --- |")
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            print(f"| {name} | {' | '.join(check(name, arguments, peer, Path(folder)))} |", flush=True)


if __name__ == "__main__":
    main()
