#!/usr/bin/env python3
"""Trains a tokenizer with `apus data tokenizer` and lets other programs read it: all must make the same tokens of a text.

  check-tokenizer.py [--apus PROGRAM] [--llama LIBRARY_FOLDER] [--size 4096] TEXT ...

The tokenizer.json is read by the `tokenizers` package (PyPI), the GGUF file with --llama by llama.cpp (see goldens/peer.py). Beside the
texts, hard ones are tried: numbers, white space of all kinds, other scripts.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HARD = [
    "  two  spaces   three\n\n\nlines \t tabs\r\n", "KX-4471 costs 12,345.67 at 6:45; don't they'd we'll 'tis", "naïve Ночью 灯台守は 🙂👩‍👧 ½ x² ٣٤٥",
    "The password for the north gate is dagger-magpie.", "",
]


def apus_tokens(apus, text, model):
    output = subprocess.run(
        [apus, "tokenize", "-", "--model", model, "--json"], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    return json.loads(output)["ids"]


def llama_tokenizer(folder, path):
    from goldens.peer import Peer

    lib = Peer(folder).binding
    parameters = lib.llama_model_default_params()
    parameters.vocab_only = True
    model = lib.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise SystemExit(f"llama.cpp cannot load {path}")
    vocabulary = lib.llama_model_get_vocab(model)

    def encode(text):
        data = text.encode()
        tokens = (lib.llama_token * (len(data) + 8))()
        count = lib.llama_tokenize(vocabulary, data, len(data), tokens, len(tokens), False, False)
        return list(tokens[:count])

    return encode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--apus", default=str(ROOT / ".build/release/apus"))
    parser.add_argument("--llama", type=Path)
    parser.add_argument("--size", default="4096")
    arguments = parser.parse_args()
    from tokenizers import Tokenizer

    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/tokenizer.gguf", f"{folder}/tokenizer.json"]
        for file in files:
            subprocess.run(
                [arguments.apus, "data", "tokenizer", *map(str, arguments.texts), "-o", file, "--size", arguments.size], check=True)
        peer = Tokenizer.from_file(files[1])
        llama = llama_tokenizer(arguments.llama, files[0]) if arguments.llama else None
        texts = HARD + [path.read_bytes().decode("utf-8-sig")[:300_000] for path in arguments.texts]
        for number, text in enumerate(texts):
            tokens = apus_tokens(arguments.apus, text, files[0])
            assert apus_tokens(arguments.apus, text, files[1]) == tokens, f"text {number}: the two files differ"
            assert peer.encode(text, add_special_tokens=False).ids == tokens, f"text {number}: tokenizers differs"
            assert llama is None or llama(text) == tokens, f"text {number}: llama.cpp differs"
    print(f"{len(texts)} texts: the same tokens everywhere")


if __name__ == "__main__":
    main()
