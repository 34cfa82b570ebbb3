"""What the regular expressions of the `tokenizers` package say of characters: for the scripts that make tables of them."""

from tokenizers import Regex, pre_tokenizers

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
