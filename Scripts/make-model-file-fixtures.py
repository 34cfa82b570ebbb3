#!/usr/bin/env python3
"""Writes Tests/Fixtures/model-files with the reference packages, for the tests to read.

Needs: pip install numpy safetensors gguf
"""
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "model-files"


def write_safetensors() -> None:
    tensors = {
        "matrix": (np.arange(6, dtype=np.float32) / 2).reshape(2, 3),
        "half": np.array([1, -2, 0.5], dtype=np.float16),
        "mask": np.array([True, False, True]),
        "empty": np.zeros((0, 7), dtype=np.float32),
        "sign ±": np.array([-2], dtype=np.int32),
    }
    metadata = {"format": "np", "note": 'naïve "☕"\n'}
    save_file(tensors, FOLDER / "python.safetensors", metadata=metadata)


def write_gguf() -> None:
    writer = gguf.GGUFWriter(FOLDER / "python.gguf", "llama")
    writer.add_custom_alignment(64)
    writer.add_context_length(4096)
    writer.add_token_list(["<unk>", "▁tea", b"\xff"])
    writer.add_array("some.nested", [[1, 2], [3]])
    weights = (np.arange(128, dtype=np.float32) - 64).reshape(2, 64) / 8
    writer.add_tensor("plain", weights)
    for kind in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.BF16):
        writer.add_tensor(kind.name.lower(), gguf.quantize(weights, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_safetensors()
    write_gguf()
