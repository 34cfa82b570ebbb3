#!/usr/bin/env python3
"""Rewrites a GGUF file of version 1 as version 3, for tools that no longer read the old one.

    Scripts/gguf-v1-to-v3.py stories260K-f32.gguf stories260K-v3.gguf

Metadata and tensor bytes stay as they are; only counts, lengths and dimensions grow from 32 to 64 bits.
Needs: pip install numpy gguf
"""
import struct
import sys
from pathlib import Path

import gguf
import numpy as np

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9


class VersionOne:
    """A reader of version 1: 32-bit counts, string lengths and dimensions."""

    def __init__(self, contents: bytes) -> None:
        self.contents = contents
        self.offset = 0
        magic, version = self.take("4s"), self.take("I")
        if magic != b"GGUF" or version != 1:
            sys.exit(f"this is not GGUF version 1 (magic {magic!r}, version {version})")
        tensor_count, entry_count = self.take("I"), self.take("I")
        self.metadata = [self.entry() for _ in range(entry_count)]
        self.tensors = [self.tensor() for _ in range(tensor_count)]
        alignment = next((value for key, _, value, _ in self.metadata if key == "general.alignment"), 32)
        self.data_start = -(-self.offset // alignment) * alignment

    def take(self, form: str):
        (value,) = struct.unpack_from("<" + form, self.contents, self.offset)
        self.offset += struct.calcsize("<" + form)
        return value

    def string(self) -> bytes:
        length = self.take("I")
        self.offset += length
        return self.contents[self.offset - length : self.offset]

    def value(self, kind: int):
        """A value and, for an array, the type of its elements."""
        if kind == STRING:
            return self.string(), None
        if kind == ARRAY:
            element, count = self.take("I"), self.take("I")
            return [self.value(element)[0] for _ in range(count)], element
        return self.take(SCALARS[kind]), None

    def entry(self):
        key, kind = self.string().decode(), self.take("I")
        value, element = self.value(kind)
        return key, kind, value, element

    def tensor(self):
        name = self.string().decode()
        dimensions = [self.take("I") for _ in range(self.take("I"))]
        return name, dimensions, gguf.GGMLQuantizationType(self.take("I")), self.take("Q")


def main(source: Path, target: Path) -> None:
    old = VersionOne(source.read_bytes())
    architecture = next(value.decode() for key, _, value, _ in old.metadata if key == "general.architecture")
    new = gguf.GGUFWriter(target, architecture)
    for key, kind, value, element in old.metadata:
        if key == "general.architecture":  # the writer has put it in
            continue
        # Bytes that are valid UTF-8 go in as text; others (pieces of characters) as they are.
        sub_type = gguf.GGUFValueType(element) if element is not None else None
        new.add_key_value(key, value.decode() if kind == STRING else value, gguf.GGUFValueType(kind), sub_type)
    for name, dimensions, kind, offset in old.tensors:
        block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
        rows = int(np.prod(dimensions[1:], dtype=np.int64))
        row_bytes = dimensions[0] // block * block_bytes
        start = old.data_start + offset
        data = np.frombuffer(old.contents, dtype=np.uint8, count=rows * row_bytes, offset=start)
        shape = [*reversed(dimensions[1:]), row_bytes]
        new.add_tensor(name, data.reshape(shape), raw_dtype=kind)
    new.write_header_to_file()
    new.write_kv_data_to_file()
    new.write_tensors_to_file()
    new.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
