#!/usr/bin/env python3
"""Writes Sources/Tokenizers/CharacterClassTable.swift: runs of characters of the same class.

The classes are those of the regular expressions of the `tokenizers` package (pip install tokenizers==0.23.3, whose tables
are of Unicode 16.0), and for BERT's words those of its normalizer and pre-tokenizer, because that package is what the goldens
are made with. Run from the root of the repository.
"""
from importlib.metadata import version

from characters import SCALARS, members
from tokenizers import normalizers, pre_tokenizers

CLASSES = [r"\p{L}", r"\p{N}", r"\s", r"\p{P}", r"\p{M}", r"\p{S}", r"[\p{Lu}\p{Lt}]", r"\p{Ll}"]
BITS = 11


def bert_members():
    """What BERT leaves out as control characters, what it leaves out as accents, and what it makes words of their own."""

    def omitted(**options):
        usual = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
        normalizer = normalizers.BertNormalizer(**(usual | options))
        return {scalar for scalar in SCALARS if not normalizer.normalize_str(chr(scalar))}

    words = pre_tokenizers.BertPreTokenizer()
    alone = {scalar for scalar in SCALARS if len(words.pre_tokenize_str(f"a{chr(scalar)}b")) == 3}
    return [omitted(clean_text=True), omitted(strip_accents=True), alone]


def main():
    classes = [0] * 0x110000
    for bit, found in enumerate([members(pattern) for pattern in CLASSES] + bert_members()):
        for scalar in found:
            classes[scalar] |= 1 << bit
    starts = [scalar for scalar in range(0x110000) if scalar == 0 or classes[scalar] != classes[scalar - 1]]
    runs = [scalar << BITS | classes[scalar] for scalar in starts]
    lines = [", ".join(f"0x{run:08x}" for run in runs[start : start + 10]) for start in range(0, len(runs), 10)]
    with open("Sources/Tokenizers/CharacterClassTable.swift", "w") as file:
        file.write(f"// Written by Scripts/make-character-classes.py with tokenizers {version('tokenizers')} (Unicode 16.0).\n\n")
        file.write("extension CharacterClasses {\n")
        file.write(f"    /// Where runs of characters of one class begin: the first character times 2^{BITS}, plus the class.\n")
        file.write("    static let boundaries: [UInt32] = [\n")
        file.writelines(f"        {line},\n" for line in lines)
        file.write("    ]\n}\n")


main()
