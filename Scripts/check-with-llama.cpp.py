#!/usr/bin/env python3
"""Converts the tiny models of Tests/Fixtures/decoders with `apus convert` and lets other programs read the results.

  check-with-llama.cpp.py [--apus PROGRAM] [--llama LIBRARY_FOLDER] [NAME ...]

Each folder becomes a GGUF file, whose logits llama.cpp calculates; the file becomes a folder again, whose logits transformers calculates.
Both are held to the logits of the golden. Where the golden has settings that llama.cpp does not look at, as published models have others,
the model is given those (CHANGES), and the logits that transformers finds with them. Without --llama only transformers is asked.

Needs numpy, torch, safetensors and transformers (PyPI), and for --llama what goldens/peer.py needs.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from goldens import mxfp4, weights

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/decoders"
LOOSE = 0.02  # of the spread of logits: llama.cpp keeps tables of functions in half precision, and some models depend on them

# Settings in place of those that llama.cpp does not look at.
CHANGES = {
    "gemma2": {"query_pre_attn_scalar": 32},  # its factor of scores is that of the published models
    "gemma3_text": {"query_pre_attn_scalar": 32},
    "gpt_oss": {"swiglu_limit": 7.0, "rope_scaling": {  # its ramp of YaRN is rounded to whole pairs, and its limit is 7
        "beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0, "original_max_position_embeddings": 32, "rope_type": "yarn", "truncate": True}},
    "gpt_oss-mxfp4": {"swiglu_limit": 7.0, "rope_scaling": {
        "beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0, "original_max_position_embeddings": 32, "rope_type": "yarn", "truncate": True}},
    "mistral": {"sliding_window": None},  # it has no windows in the architectures of Llama, Qwen2 and Phi-3
    "phi3": {"sliding_window": None},
    "phi3-longrope-long": {"sliding_window": None},
    "phi3-longrope-short": {  # it goes by the room for tokens, which is 256 at least, and not by how many there are
        "sliding_window": None, "max_position_embeddings": 1024, "original_max_position_embeddings": 512},
    "qwen2-window": {"use_sliding_window": False},
}

# What llama.cpp refuses, or cannot be asked.
UNKNOWN = {
    "gemma3": "see gemma3_text",  # whose other scale transformers takes only in folders of text models
    "cohere-plus": "it looks for norms of queries and keys in models of 64 layers and more",
    "falcon-rw": "it knows no biases and no ALiBi in Falcon",
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
    """The folder, the tokens and the logits that it is held to."""
    golden = json.loads((FIXTURES / name / "golden.json").read_text())
    config = json.loads((FIXTURES / name / "config.json").read_text()) | CHANGES.get(name, {})
    stored = {}
    for entry in golden["tensors"]:
        spread = weights.Spread(entry["offset"], entry["span"], entry["exponent"])
        values = weights.values(entry["name"], tuple(entry["shape"]), spread)
        stored[entry["name"]] = values.astype(np.uint8) if entry.get("type") == "U8" else values
    write_folder(folder, config, stored)
    write_tokenizer(folder)
    if name in CHANGES:
        plain = folder.with_name("plain")
        config.pop("quantization_config", None)
        write_folder(plain, config, unpacked(stored))
        return golden["tokens"], transformers_logits(plain, golden["tokens"])
    return golden["tokens"], np.fromfile(FIXTURES / name / "logits.bin", dtype="<f4").reshape(-1, golden["vocabulary"])


def write_folder(folder, config, stored):
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})


def unpacked(stored):
    """The tensors without packed ones, which transformers reads only with kernels."""
    plain = {name: values for name, values in stored.items() if not name.endswith(("_blocks", "_scales"))}
    stems = [name.removesuffix("_blocks") for name in stored if name.endswith("_blocks")]
    return plain | {stem: mxfp4.unpacked(stored[stem + "_blocks"], stored[stem + "_scales"].astype(np.float32)) for stem in stems}


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


def verdict(find, golden):
    """How far logits lie from the golden ones, in units of their spread, and whether the likeliest tokens are the same."""
    try:
        found = find()
    except Exception as error:  # noqa: BLE001: whatever another program does wrong is what the table is to say
        return f"fails: {str(error).splitlines()[0][:100]}"
    difference = np.abs(found - golden).max() / (golden.max() - golden.min())
    greedy = (found.argmax(axis=1) == golden.argmax(axis=1)).mean()
    word = "same" if difference < 1e-4 else "near" if difference < LOOSE else "DIFFERS"
    return f"{word} ({difference:.1e}, greedy {greedy:.0%})"


def check(name, arguments, peer, folder):
    tokens, golden = write_checkpoint(name, folder / "folder")
    file, back = folder / "model.gguf", folder / "back"
    if problem := convert(arguments.apus, folder / "folder", file):
        return f"not converted: {problem}", "-"
    theirs = UNKNOWN.get(name) or verdict(lambda: peer.logits(file, tokens), golden) if peer else "not asked"
    if problem := convert(arguments.apus, file, back):
        ours = "no way back" if "cannot become" in problem else f"not converted back: {problem}"
    else:
        ours = verdict(lambda: transformers_logits(back, tokens), golden)
    return theirs, ours


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
