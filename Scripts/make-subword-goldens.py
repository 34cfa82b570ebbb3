#!/usr/bin/env python3
"""Writes Tests/Fixtures/subwords: small vocabularies and the tokens that independent tokenizers give with them.

SentencePiece models are trained and asked by `sentencepiece`, BERT's words, normalisation and the cutting of text into words by
`tokenizers` (pip install sentencepiece==0.2.3 tokenizers==0.23.3). The texts are those of make-tokenizer-goldens.py, read
from its fixture. Run from the root of the repository; give the folder of published vocabularies as an argument to write
what depends on them too.
"""
import base64
import io
import json
import math
import random
import sys
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

FIXTURES = Path("Tests/Fixtures/subwords")
TEXTS = json.loads(Path("Tests/Fixtures/tokenizers/texts.json").read_text())["texts"]
SENTENCES = [
    "The lighthouse keeper wrote down the weather every evening, and every evening the weather ignored him.",
    "He'd said they're late; we've heard it's so, and I'll wait for the keeper of the weather there.",
    "Über den Wolken müssen süße Brötchen größer sein als in Köln. Der Schlüssel lag unter der Fußmatte.",
    "Le garçon était très fâché, car l'île où naît la forêt n'est plus là. Où est passée la clé ?",
    "Ночью ветер стучал в окна, и сторож маяка записывал погоду в толстую тетрадь.",
    "灯台守は毎晩天気を書き留めた。天気は毎晩彼を無視した。東京の空は青い。 今天的海很平静。",
    "등대지기는 매일 저녁 날씨를 적었고 날씨는 매일 저녁 그를 무시했다.",
    "if (x <= 10 && y != 0x1F) { return x / y; } // in 1984, 365 days made 8,760 hours 😀 🚀",
]
# What models are trained on: sentences, and the texts without long runs of one character.
CORPUS = SENTENCES * 12 + [text for text in TEXTS[:90] if text.strip() and len(text) < 120 and "\0" not in text] * 2

CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+%s|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*%s|"
    r"\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
LETTERS = (
    "\u0041-\u005a\u0061-\u007a\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af"
    "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481"
    "\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b"
    "\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d"
    "\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec"
    "\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134"
    "\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d"
    "\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a"
    "\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-\U000104fb\U00010c80-\U00010cb2"
    "\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
)
ASIAN = "[一-龥\u0800-一가-\ud7ff]+"
# The regular expressions of published tokenizer.json files, applied in turn.
PATTERNS = {
    "deepseek-llm": ["[\r\n]", rf"\s?[{LETTERS}]+", r"\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", r"\s+$", ASIAN, r"\p{N}+"],
    "deepseek-coder": ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", ASIAN, r"\p{N}"],
    "deepseek-v3": [
        r"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
        " ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    ],
    "gpt-4o": [CASED % (CONTRACTION, CONTRACTION, "{1,3}")],
    "tekken": [CASED % ("", "", "")],
    "qwen35": [CL100K.replace(r"\p{L}+", r"[\p{L}\p{M}]+").replace(r" ?[^\s\p{L}\p{N}]", r" ?[^\s\p{L}\p{M}\p{N}]") % ""],
    "ufakzeka": [CL100K.split("|", 7)[7] % ""],
    "seed-coder": [CL100K.replace(r"[^\s\p{L}\p{N}]+[\r\n]*", r"[^\s\p{L}\p{N}\r\n]+") % "{1}"],
    "bailingmoe": [r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"],
    "minicpm5": [r"\p{N}{1,3}", CL100K % "+"],
    "bloom": [" ?[^(\\s|.,!?…。，、।۔،)]+"],
    "viking": [" ?[^(\\s|.,!?…。，、।۔،)]+", r"\p{N}"],
}
# As SentencePiece reads them: characters to be replaced and what is written for them, in hexadecimal.
RULES = """\
00A8\t0020 0308
00A0\t0020
3000\t0020
0009\t0020
000A\t0020
000D 000A\t0020
200B\t
0041\t0061
0045 0301\t0065
0065 0301\t00E9
FB03\t0066 0066 0069
FF21\t0061
AC00\t0067 0061
1F600\t003A 002D 0029
"""


# Every character that `tokenizers` cuts words at, except U+0085, which SentencePiece takes for no space.
SPACES = [0x9, 0xA, 0xB, 0xC, 0xD, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]


def utf8_ends(text, ends):
    """Offsets in characters as offsets in UTF-8."""
    places = [0]
    for character in text:
        places.append(places[-1] + len(character.encode()))
    return [places[end] for end in ends]


def word_ends(patterns, text):
    split = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns])
    return utf8_ends(text, [end for _, (_, end) in split.pre_tokenize_str(text)])


def words():
    texts = list(range(0, len(TEXTS)))
    return {name: [word_ends(patterns, TEXTS[text]) for text in texts] for name, patterns in PATTERNS.items()}


def train(name, **options):
    """A SentencePiece model, trained on the texts and written beside its goldens."""
    rules = FIXTURES / "rules.tsv"
    rules.write_text(RULES)
    if options.pop("replaces", False):
        options["normalization_rule_tsv"] = str(rules)
    else:
        options["normalization_rule_name"] = "identity"
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=written, num_threads=1, minloglevel=2, hard_vocab_limit=False, **options
    )
    rules.unlink()
    (FIXTURES / f"{name}.model").write_bytes(written.getvalue())
    return sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())


def in_double_precision(processor, text):
    """The tokens of a unigram model by the `tokenizers` package, for text that SentencePiece has normalised."""
    pieces = [(processor.id_to_piece(number), processor.get_score(number)) for number in range(processor.vocab_size())]
    model = Tokenizer(models.Unigram([(piece, score if score < 0 else -1e6) for piece, score in pieces], processor.unk_id(), False))
    return model.encode(processor.normalize(text)).ids


def sentence_piece(processor, texts, is_unigram=False):
    """Ids, and where tokens begin and end in the text; -1 for those of single bytes.

    SentencePiece adds up scores in single precision, so that its choice between equal sums depends on what stands before.
    There the choice of `tokenizers`, which adds in double precision, is the golden one, and the ends are left out.
    """
    goldens = {"ids": [], "ends": []}
    for text in texts:
        pieces = processor.encode(text, return_type="proto").pieces
        ids = [piece.id for piece in pieces]
        ends = [-1 if processor.is_byte(piece.id) else piece.end for piece in pieces]
        if is_unigram and not any(processor.is_byte(number) for number in ids):
            others = in_double_precision(processor, text)
            sums = [math.fsum(processor.get_score(number) for number in found) for found in (ids, others)]
            if others != ids and processor.unk_id() not in ids and sums[0] == sums[1]:
                ids, ends = others, [-1] * len(others)
        goldens["ids"].append(ids)
        goldens["ends"].append(ends)
    return goldens


def sentence_pieces(texts):
    common = {"user_defined_symbols": ["<tag>", "0x"], "control_symbols": ["<end>"]}
    kinds = {
        "unigram": {"model_type": "unigram", "vocab_size": 420, "replaces": True} | common,
        "unigram-bytes": {
            "model_type": "unigram", "vocab_size": 700, "byte_fallback": True, "add_dummy_prefix": False,
            "remove_extra_whitespaces": False, "split_by_whitespace": False,
        },
        "bpe": {"model_type": "bpe", "vocab_size": 500, "replaces": True} | common,
        "bpe-bytes": {"model_type": "bpe", "vocab_size": 700, "byte_fallback": True, "remove_extra_whitespaces": False} | common,
        "char": {"model_type": "char", "vocab_size": 300},
    }
    return {
        name: sentence_piece(train(name, **options), texts, options["model_type"] == "unigram") for name, options in kinds.items()
    }


def long_runs():
    """Long runs of a letter: how many tokens, and the first ones."""
    found = {}
    for name in ["unigram", "unigram-bytes", "bpe", "bpe-bytes"]:
        processor = sentencepiece.SentencePieceProcessor(model_file=str(FIXTURES / f"{name}.model"))
        ids = processor.encode("e" * 2000)
        found[name] = ids
    return found


def word_pieces(texts):
    goldens = {}
    for name, lowercases in [("uncased", True), ("cased", False)]:
        trained = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
        trained.normalizer = normalizers.BertNormalizer(lowercase=lowercases)
        trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        trained.train_from_iterator(
            CORPUS, trainers.WordPieceTrainer(vocab_size=500, special_tokens=special, limit_alphabet=120, show_progress=False)
        )
        encodings = [trained.encode(text, add_special_tokens=False) for text in texts]
        vocabulary = trained.get_vocab()
        goldens[name] = {
            "pieces": sorted(vocabulary, key=vocabulary.get),
            "ids": [encoding.ids for encoding in encodings],
            "ends": [utf8_ends(text, [end for _, end in encoding.offsets]) for text, encoding in zip(texts, encodings)],
        }
    return goldens


def ties():
    """A unigram vocabulary with many equal sums, and random texts of its letters and one that it lacks."""
    rng = random.Random(11)
    pieces = ["<unk>", "a", "b", "aa", "ab", "ba", "bb", "aab", "abb", "aaa", "bab", "abab", "é", "aé"]
    scores = [0.0] + [-rng.choice([1, 2, 2, 3, 4]) * len(piece) / 2 for piece in pieces[1:]]
    model = Tokenizer(models.Unigram(list(zip(pieces, scores)), 0, False))
    texts = ["".join(rng.choice("aaabbbéx") for _ in range(rng.randint(1, 40))) for _ in range(120)] + ["a" * 1000, "ab" * 500]
    encodings = [model.encode(text) for text in texts]
    return {
        "pieces": pieces, "scores": scores, "texts": texts, "ids": [encoding.ids for encoding in encodings],
        "ends": [utf8_ends(text, [end for _, end in encoding.offsets]) for text, encoding in zip(texts, encodings)],
    }


def hash_of(strings):
    """FNV-1a of strings with a zero byte after each, as a decimal string."""
    value = 0xCBF29CE484222325
    for string in strings:
        for byte in string.encode() + b"\0":
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return str(value)


def normalization():
    rng = random.Random(5)
    marks = [0x300, 0x301, 0x308, 0x323, 0x334, 0x345, 0x5B0, 0x3099, 0x9BE, 0x1DA0, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x3131, 0x314F]
    ranges = [(0x20, 0x7f), (0xa0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x1e00, 0x2000), (0x900, 0xe00), (0x3040, 0x3100), (0xf900, 0xfb10)]
    texts = list(TEXTS[:100])
    for _ in range(150):
        characters = [chr(rng.choice(marks)) if rng.random() < 0.5 else chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 20))]
        texts.append("".join(characters))
    texts.append("a" + "\u0301\u0323" * 300)
    steps = {name: getattr(normalizers, name)() for name in ["NFC", "NFD", "NFKC", "NFKD"]}
    steps["bert"] = normalizers.BertNormalizer()
    steps["bert-cased"] = normalizers.BertNormalizer(lowercase=False)
    table = sentencepiece_model_pb2.ModelProto.FromString((FIXTURES / "unigram.model").read_bytes()).normalizer_spec.precompiled_charsmap
    steps["charsmap"] = normalizers.Precompiled(table)
    # Without most ideographs and Hangul syllables, and without what lies beyond them.
    blocks = [(0, 0x3400), (0x9F00, 0xAD00), (0xD700, 0xD800), (0xF900, 0x11A00), (0x1D000, 0x1F700), (0x2F800, 0x2FA20)]
    scalars = [chr(scalar) for start, end in blocks for scalar in range(start, end)]
    return {
        "texts": texts,
        "results": {name: [step.normalize_str(text) for text in texts] for name, step in steps.items()},
        "hashes": {name: hash_of(map(steps[name].normalize_str, scalars)) for name in ["NFC", "NFD", "NFKC", "NFKD", "bert-cased"]},
    }


def real(data, texts):
    """What SentencePiece makes of published vocabularies."""
    goldens = {}
    test = sentencepiece.SentencePieceProcessor(model_file=str(data / "spm-test/test_model.model"))
    goldens["spm-test"] = sentence_piece(test, texts, is_unigram=True)
    t5 = json.loads((data / "hf-t5-small/tokenizer.json").read_text())
    model = sentencepiece_model_pb2.ModelProto()
    model.trainer_spec.unk_id, model.trainer_spec.bos_id, model.trainer_spec.eos_id, model.trainer_spec.pad_id = 2, -1, 1, 0
    model.normalizer_spec.precompiled_charsmap = base64.b64decode(t5["normalizer"]["precompiled_charsmap"])
    for number, (piece, score) in enumerate(t5["model"]["vocab"]):
        kind = {0: 3, 1: 3, 2: 2}.get(number, 4 if piece.startswith("<extra_id_") else 1)
        model.pieces.add(piece=piece, score=score, type=kind)
    goldens["t5"] = sentence_piece(sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString()), texts, is_unigram=True)
    bert = Tokenizer(models.WordPiece.from_file(str(data / "hf-bert-uncased/vocab.txt"), unk_token="[UNK]"))
    bert.normalizer = normalizers.BertNormalizer()
    bert.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    goldens["bert"] = {"ids": [bert.encode(text, add_special_tokens=False).ids for text in texts]}
    return goldens


def space_table():
    """SentencePiece's table for characters of which all spaces become one kind of space, as the published tables have it."""
    rules = FIXTURES / "rules.tsv"
    rules.write_text("".join(f"{space:04X}\t0020\n" for space in SPACES) + "FB01\t0066 0069\n200B\t\n")
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=written, vocab_size=420, hard_vocab_limit=False, num_threads=1, minloglevel=2,
        normalization_rule_tsv=str(rules),
    )
    rules.unlink()
    table = sentencepiece_model_pb2.ModelProto.FromString(written.getvalue()).normalizer_spec.precompiled_charsmap
    return {"charsmap": base64.b64encode(table).decode()}


def save(name, value):
    rows = [f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=True, separators=(',', ':'))}" for key, part in value.items()]
    (FIXTURES / name).write_text("{\n" + ",\n".join(rows) + "\n}\n")


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    texts = TEXTS + ["a<tag>b <tag> c", "x0x1F 0x", "<end> a", "  two  spaces  ", "\u2581mark \u2581 x", "e\u0301A\u00a8\u200b\ufb03 \U0001F600가\r\nz"]
    save("words.json", words())
    save("sentence-piece.json", {"texts": texts} | sentence_pieces(texts))
    save("long-runs.json", long_runs())
    save("word-piece.json", word_pieces(TEXTS))
    save("unigram-ties.json", ties())
    save("normalization.json", normalization())
    save("spaces.json", space_table())
    if len(sys.argv) > 1:
        save("real.json", real(Path(sys.argv[1]), [text for text in TEXTS if "<s>" not in text]))


main()
