#!/usr/bin/env python3
"""Hold the quantisers against those of ggml: the error of each on the same random weights, and the ratio of the two.

Builds Sources/CKernels/encode.c alone. Needs: clang; pip install numpy gguf; a build of ggml's shared library, whose path is the
argument: Scripts/check-quantizers.py …/libggml-base.so
"""
import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np

KERNELS = Path(__file__).resolve().parent.parent / "Sources" / "CKernels"
# In the order of WeightFormat in products.h.
FORMATS = (
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4")
COUNT = 256 * 1024
MOST = 1.02


def our_encoder(folder):
    library = Path(folder) / "encode.so"
    subprocess.run(
        ["clang", "-O2", "-shared", "-fPIC", f"-I{KERNELS}/include", f"-I{KERNELS}", f"{KERNELS}/encode.c", "-lm", "-o", library], check=True)
    encode = ctypes.CDLL(str(library)).encode_weights
    encode.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_void_p]
    return encode


def their_encoder(path):
    encode = ctypes.CDLL(path).ggml_quantize_chunk
    encode.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    return encode


def relative_error(data, kind, weights):
    decoded = gguf.dequantize(data, kind).reshape(-1).astype(np.float64)
    return np.sqrt(np.mean((decoded - weights) ** 2) / np.mean(weights.astype(np.float64) ** 2))


def random_weights():
    random = np.random.default_rng(5)
    return {
        "normal": random.standard_normal(COUNT) * 0.02, "heavy-tailed": random.standard_t(3, COUNT) * 0.02,
        "Laplace": random.laplace(0, 0.02, COUNT), "shifted": random.standard_normal(COUNT) * 0.01 + 0.02,
        "small": random.standard_normal(COUNT) * 0.001,
    }


def main():
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = our_encoder(folder), their_encoder(sys.argv[1])
        for format, name in enumerate(FORMATS[1:], start=1):
            kind = gguf.GGMLQuantizationType[name]
            length, size = gguf.GGML_QUANT_SIZES[kind]
            for label, weights in random_weights().items():
                weights = weights.astype(np.float32)
                mine, other = np.zeros(COUNT // length * size, np.uint8), np.zeros(COUNT // length * size, np.uint8)
                ours(format, weights.ctypes.data, COUNT, mine.ctypes.data)
                theirs(int(kind), weights.ctypes.data, other.ctypes.data, 0, COUNT // 256, 256, None)
                errors = [relative_error(data, kind, weights) for data in (mine, other)]
                worst = max(worst, errors[0] / errors[1])
                print(f"{name:7} {label:13} {errors[0]:.5f} {errors[1]:.5f} {errors[0] / errors[1]:.3f}")
    print(f"at worst {worst:.3f} times the error of ggml")
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
