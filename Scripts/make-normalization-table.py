#!/usr/bin/env python3
"""Writes Sources/Tokenizers/Normalization/UnicodeFormTable.swift: what characters are taken apart into.

The mappings are those of the normalizers of the `tokenizers` package (pip install tokenizers==0.23.3, whose tables are of
Unicode 12), because tokenizers were trained on text that went through it. Run from the root of the repository.

The table is a list of numbers, each in groups of seven bits with the lowest first and the eighth bit set in all but the last
group, and all of that in base 64. First come the combining classes: their count, then for each run of characters of one class
how far it begins after the end of the last one, how long it is, and the class. Then come the decompositions: their count, and
for each the distance of its character from the last one, its length times four plus 1 if it is canonical and 2 if it is
composed again, and its characters, each as the difference (times two; less than nothing: times minus two, minus one) to the
character at the same place in the last one.
"""
import base64
import unicodedata
from importlib.metadata import version

from tokenizers import normalizers

SCALARS = [scalar for scalar in range(0x110000) if not 0xD800 <= scalar < 0xE000]
FORMS = {name: getattr(normalizers, name)().normalize_str for name in ("NFC", "NFD", "NFKD")}


def combining_class(scalar):
    """The class, where the package knows it: marks of two classes change places if the second is the lower one."""
    known = unicodedata.combining(chr(scalar))
    other = "\u0301" if known == 1 else "\u0334"
    text = other + chr(scalar) if known == 1 else chr(scalar) + other
    return known if known and FORMS["NFD"](text) != text else 0


def combining_runs():
    runs = []
    for scalar in SCALARS:
        known = combining_class(scalar)
        if not known:
            continue
        if runs and runs[-1][1] == scalar and runs[-1][2] == known:
            runs[-1][1] = scalar + 1
        else:
            runs.append([scalar, scalar + 1, known])
    return runs


def decompositions():
    """(character, flags, what it becomes), canonical before others; Hangul syllables have a rule of their own."""
    found = []
    for scalar in SCALARS:
        if 0xAC00 <= scalar <= 0xD7A3:
            continue
        text = chr(scalar)
        canonical, compatible = FORMS["NFD"](text), FORMS["NFKD"](text)
        if canonical != text:
            found.append((scalar, 1 | (2 if FORMS["NFC"](text) == text else 0), canonical))
        if compatible != canonical:
            found.append((scalar, 0, compatible))
    return found


def numbers():
    runs = combining_runs()
    yield len(runs)
    last = 0
    for start, end, known in runs:
        yield from (start - last, end - start, known)
        last = end
    entries = decompositions()
    yield len(entries)
    last, before = 0, []
    for scalar, flags, text in entries:
        yield from (scalar - last, len(text) << 2 | flags)
        for place, character in enumerate(text):
            difference = ord(character) - (before[place] if place < len(before) else 0)
            yield 2 * difference if difference >= 0 else -2 * difference - 1
        last, before = scalar, [ord(character) for character in text]


def groups(number):
    while number >= 0x80:
        yield number & 0x7F | 0x80
        number >>= 7
    yield number


def main():
    text = base64.b64encode(bytes(group for number in numbers() for group in groups(number))).decode().rstrip("=")
    with open("Sources/Tokenizers/Normalization/UnicodeFormTable.swift", "w") as file:
        file.write(f"// Written by Scripts/make-normalization-table.py with tokenizers {version('tokenizers')} (Unicode 12).\n\n")
        file.write("extension UnicodeFormData {\n")
        file.write("    /// The combining classes and the decompositions, packed as the script says.\n")
        file.write('    static let packed: StaticString = """\n')
        file.writelines(f"        {text[start:start + 120]}\n" for start in range(0, len(text), 120))
        file.write('        """\n}\n')


main()
