#!/usr/bin/env python3
"""Writes Sources/Tokenizers/CharacterClassTable.swift: runs of characters of the same class.

The classes are those of the regular expressions of the `tokenizers` package (pip install tokenizers==0.23.3, whose tables
are of Unicode 16.0), because that package is what the goldens are made with. Run from the root of the repository.
"""
from importlib.metadata import version

from tokenizers import Regex, pre_tokenizers

CLASSES = [(1, r"\p{L}"), (2, r"\p{N}"), (4, r"\s"), (8, r"\p{P}")]
SCALARS = [scalar for scalar in range(0x110000) if not 0xD800 <= scalar < 0xE000]


def members(pattern):
    """The characters that match: those that are gone when matches are cut out of the text of all characters."""
    split = pre_tokenizers.Split(Regex(pattern), "removed")
    found = set()
    for start in range(0, len(SCALARS), 4096):
        block = SCALARS[start : start + 4096]
        kept = set("".join(part for part, _ in split.pre_tokenize_str("".join(map(chr, block)))))
        found.update(scalar for scalar in block if chr(scalar) not in kept)
    return found


def main():
    classes = [0] * 0x110000
    for bit, pattern in CLASSES:
        for scalar in members(pattern):
            classes[scalar] |= bit
    runs = [scalar << 4 | classes[scalar] for scalar in range(0x110000) if scalar == 0 or classes[scalar] != classes[scalar - 1]]
    lines = [", ".join(f"0x{run:06x}" for run in runs[start : start + 12]) for start in range(0, len(runs), 12)]
    with open("Sources/Tokenizers/CharacterClassTable.swift", "w") as file:
        file.write(f"// Written by Scripts/make-character-classes.py with tokenizers {version('tokenizers')} (Unicode 16.0).\n\n")
        file.write("extension CharacterClasses {\n")
        file.write("    /// Where runs of characters of one class begin: the first character times 16, plus the class.\n")
        file.write("    static let boundaries: [UInt32] = [\n")
        file.writelines(f"        {line},\n" for line in lines)
        file.write("    ]\n}\n")


main()
