#!/bin/sh
# Has the tests write sample model files and reads them with the reference packages for Python.
# Needs: pip install numpy safetensors gguf
set -eu
cd "$(dirname "$0")/.."
APUS_SAMPLE_FOLDER=$(mktemp -d)
export APUS_SAMPLE_FOLDER
trap 'rm -r "$APUS_SAMPLE_FOLDER"' EXIT
swift test --filter SampleFiles
python3 - <<'PYTHON'
import os
from pathlib import Path

import gguf
import numpy as np
from safetensors import safe_open

folder = Path(os.environ["APUS_SAMPLE_FOLDER"])

with safe_open(folder / "tensors.safetensors", "np") as file:
    assert file.metadata() == {"note": 'a "tab"\t\x01'}, file.metadata()
    names = [name for name in file.keys() if not name.startswith("__padding.")]
    assert sorted(names) == sorted(['odd "☕"', "none", "ramp", "one"]), names
    assert (file.get_tensor('odd "☕"') == np.arange(13)).all()
    assert (file.get_tensor("ramp") == np.arange(16, dtype=np.float32).reshape(2, 8)).all()
    assert file.get_tensor("none").shape == (3, 0) and file.get_tensor("one") == 1.0

for name, kind, pieces in (("llama", "Q8_0", 259), ("qwen2", "Q4_0", 257)):
    reader = gguf.GGUFReader(folder / f"{name}.gguf")
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    embedding = tensors["token_embd.weight"]
    assert embedding.tensor_type.name == kind and list(embedding.shape) == [64, pieces]
    spread = gguf.dequantize(embedding.data, embedding.tensor_type).std()
    assert 0.95 < spread < 1.05, spread
    assert len(reader.fields["tokenizer.ggml.tokens"].contents()) == pieces

fields = gguf.GGUFReader(folder / "values.gguf").fields
assert fields["a.uint64"].contents() == 2**64 - 1 and fields["a.int64"].contents() == -(2**63)
assert fields["a.float32"].contents() == 1.5 and fields["a.no"].contents() == False
assert fields["b.string"].contents() == ["", "a", "ß"] and fields["b.float64"].contents() == [1e300]
print("Python reads what was written.")
PYTHON
