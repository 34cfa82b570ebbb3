#!/usr/bin/env python3
"""Writes Sources/Tokenizers/Regex/GeneralCategoryTable.swift and ScriptTable.swift: runs of characters of the same kind.

The kinds are those of the regular expressions of the `tokenizers` package (pip install tokenizers==0.23.3, whose tables are of
Unicode 16.0), because published tokenizers are made with it. The names of scripts come from the `regex` package
(pip install regex==2026.5.9). Takes some minutes. Run from the root of the repository.
"""
from importlib.metadata import version

from characters import members
from regex import _regex_core
from tokenizers import Regex

CATEGORIES = "Cn Cc Cf Co Cs Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp".split()


def script_names():
    """The names of every script that the package knows, the first of each being its long one; nothing for the unknown script."""
    names = {}
    for name, number in _regex_core.PROPERTIES["SCRIPT"][1].items():
        try:
            Regex(r"\p{%s}" % name)
        except Exception:
            continue
        names.setdefault(number, []).append(name.lower())
    return [known for known in names.values() if "unknown" not in known]


def write(name, comment, type_name, declaration, kinds, shift, extra=""):
    runs = [scalar << shift | kinds[scalar] for scalar in range(0x110000) if scalar == 0 or kinds[scalar] != kinds[scalar - 1]]
    lines = [", ".join(f"0x{run:07x}" for run in runs[start : start + 11]) for start in range(0, len(runs), 11)]
    with open(f"Sources/Tokenizers/Regex/{name}.swift", "w") as file:
        file.write(f"// Written by Scripts/make-unicode-tables.py with tokenizers {version('tokenizers')} (Unicode 16.0).\n\n")
        file.write(f"extension {type_name} {{\n{extra}    /// {comment}\n    static let {declaration}: [UInt32] = [\n")
        file.writelines(f"        {line},\n" for line in lines)
        file.write("    ]\n}\n")
    print(name, len(runs), "runs")


def write_categories():
    kinds = [CATEGORIES.index("Cs") if 0xD800 <= scalar < 0xE000 else 0 for scalar in range(0x110000)]
    for number, category in enumerate(CATEGORIES[1:], 1):
        if category != "Cs":
            for scalar in members(r"\p{%s}" % category):
                kinds[scalar] = number
    for scalar in members(r"\w"):
        kinds[scalar] |= 32
    comment = "Where runs begin: the first character times 64, plus 32 for characters of words (`\\w`), plus the category."
    write("GeneralCategoryTable", comment, "GeneralCategory", "boundaries", kinds, 6)


def write_scripts():
    names = script_names()
    kinds = [0] * 0x110000
    for number, known in enumerate(names, 1):
        for scalar in members(r"\p{%s}" % known[0]):
            kinds[scalar] = number
    lines = "".join(f'        "{" ".join(known)}",\n' for known in names)
    extra = f"    /// The names of the scripts, which are numbered from 1 on in this order.\n    static let names = [\n{lines}    ]\n\n"
    write("ScriptTable", "Where runs begin: the first character times 256, plus the script.", "UnicodeScript", "boundaries", kinds, 8, extra)


write_categories()
write_scripts()
