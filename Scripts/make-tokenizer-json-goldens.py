#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers/tokenizer-json.json: small files of every component, and what the `tokenizers` package does.

    pip install tokenizers==0.23.3
    python3 Scripts/make-tokenizer-json-goldens.py [DATA]

DATA is a folder with published tokenizers (hf-phi3-mini and others); where it is given, `tokenizer-json-real.json` is made too.
Run from the root of the repository.
"""
import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = Path("Tests/Fixtures/tokenizers")

CORPUS = [
    "The lighthouse keeper wrote down the weather every evening, and every evening the weather ignored him.",
    "He'd said they're late; we've heard it's so, and I'll wait. DON'T SHOUT, IT'S LATE.",
    "Über den Wolken müssen süße Brötchen größer sein als in Köln.",
    "Le garçon était très fâché, car l'île où naît la forêt n'est plus là.",
    "Ночью ветер стучал в окна, и сторож маяка записывал погоду.",
    "灯台守は毎晩天気を書き留めた。今天的海很平静。",
    "func total(of values: [Int]) -> Int { return values.reduce(0, +) } // 100%",
    "In 1984, 365 days made 8,760 hours; pi is 3.14159 and 2^10 = 1024.",
] * 4

TEXTS = [
    "", " ", "  ", "\n", "\t", " \n", "a", " a", "a ", "  a  b  ", "a\r\n\r\n b", "The weather ignored him.", "the lighthouse keeper",
    "It's HE'S it'S I'LL we'Ve 'tis", "'\u017f it'\u017f", "333 3333 a1b22c333", "²³¹ ½⅓ Ⅷ ٣٤٥ ४५६", "12,345.67 $100.00+5%",
    "Köln süße größer naïve cafe\u0301 e\u0301\u0302\u0323", "Z\u0351\u036bal\u0321g\u0322o", "ﬁ ﬃ Å \u212b K Ω ① ㍿ ｱｶﾞ",
    "Ночью ветер стучал", "灯台守は毎晩。天気ー、カタカナ", "今天的海很平静。你好，世界！", "매일 저녁 \u1112\u1161\u11ab", "حارس المنارة ١٢٣", "प्रकाशस्तंभ का",
    "ไม่มีช่องว่าง", "😀😃 👍🏽 👩\u200d👩\u200d👧 🇩🇪 🏴\u200d☠\ufe0f", "a😀b 😀 b", "\u2581 a\u2581b \u2581\u2581", "\x00\x01 \x1b[0m\x7f \x85 \xa0 \u200b \ufeff \ufffd",
    "func f(x: Int) -> Int {\n\treturn x * 2 // !\n}\n", "<s>a</s> b<mask>c <mask> d</s>", " <mask>  x<pad>", "[CLS] a [SEP]b[MASK]", "tokens token tok", "xtok tok",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!!!??...,,, --- ___ \"quoted\" (a) [b] {c}", "\u3000全角　空白\u2003em",
    "DON'T do not n't I 'm", "ABC ǅ İıſ ΑΣ ΣΑΣ ẞß", "a\u0300\u0301b \u0300", "x" * 60 + " " * 60 + "y",
]


def train(model, trainer, pre_tokenizer, normalizer=None):
    tokenizer = Tokenizer(model)
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(CORPUS, trainer)
    return json.loads(tokenizer.to_str())["model"]


def base_models():
    quiet = {"show_progress": False}
    byte_alphabet = pre_tokenizers.ByteLevel.alphabet()
    spaces = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    found = {
        "bytes": train(models.BPE(), trainers.BpeTrainer(vocab_size=420, initial_alphabet=byte_alphabet, **quiet), pre_tokenizers.ByteLevel(False)),
        "characters": train(models.BPE(unk_token="<unk>"), trainers.BpeTrainer(vocab_size=260, special_tokens=["<unk>"], **quiet), pre_tokenizers.Whitespace()),
        "prefixed": train(
            models.BPE(unk_token="<unk>", continuing_subword_prefix="##"),
            trainers.BpeTrainer(vocab_size=300, special_tokens=["<unk>"], continuing_subword_prefix="##", **quiet), pre_tokenizers.Whitespace()),
        "suffixed": train(
            models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"),
            trainers.BpeTrainer(vocab_size=300, special_tokens=["<unk>"], end_of_word_suffix="</w>", **quiet), pre_tokenizers.Whitespace()),
        "fallback": train(
            models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True),
            trainers.BpeTrainer(vocab_size=560, special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)], **quiet), None, spaces),
        "unigram": train(
            models.Unigram(), trainers.UnigramTrainer(vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", **quiet),
            pre_tokenizers.Metaspace()),
        "pieces": train(
            models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=300, special_tokens=["[UNK]", "[CLS]", "[SEP]", "[MASK]"], **quiet),
            pre_tokenizers.BertPreTokenizer(), normalizers.BertNormalizer()),
        "words": train(
            models.WordLevel(unk_token="<unk>"), trainers.WordLevelTrainer(vocab_size=60, special_tokens=["<unk>"], **quiet), pre_tokenizers.Whitespace()),
    }
    fallback = found["fallback"]
    found["pairs"] = dict(fallback, merges=[" ".join(merge) for merge in fallback["merges"]], fuse_unk=False)
    found["unfused"] = dict(found["characters"], fuse_unk=True)
    found["whole"] = dict(found["bytes"], ignore_merges=True, merges=found["bytes"]["merges"][:60])
    found["unigram bytes"] = {
        "type": "Unigram", "unk_id": 0, "byte_fallback": True,
        "vocab": found["unigram"]["vocab"] + [[f"<0x{b:02X}>", -20.0] for b in range(256)]}
    found["untyped"] = {key: value for key, value in found["pieces"].items() if key != "type"}
    return found


def part(component):
    return json.loads(component.__getstate__())


CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
KIMI = r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

NORMALIZERS = [
    normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(), normalizers.Lowercase(), normalizers.Strip(),
    normalizers.Strip(left=False), normalizers.Strip(right=False), normalizers.StripAccents(),
    normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]), normalizers.Replace("a", "bcd"),
    normalizers.Replace(Regex(r"\s+"), " "), normalizers.Replace(Regex(r"\p{N}"), ""), normalizers.Replace("", "x"), normalizers.Prepend("▁"), normalizers.Nmt(),
    normalizers.BertNormalizer(), normalizers.BertNormalizer(lowercase=False), normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False),
    normalizers.BertNormalizer(strip_accents=True, lowercase=False), normalizers.BertNormalizer(strip_accents=False), normalizers.ByteLevel(),
]

PRE_TOKENIZERS = [
    pre_tokenizers.ByteLevel(False), pre_tokenizers.ByteLevel(True), pre_tokenizers.ByteLevel(False, use_regex=False), pre_tokenizers.Whitespace(),
    pre_tokenizers.WhitespaceSplit(), pre_tokenizers.BertPreTokenizer(), pre_tokenizers.CharDelimiterSplit("a"), pre_tokenizers.UnicodeScripts(),
    pre_tokenizers.Digits(False), pre_tokenizers.Digits(True), pre_tokenizers.FixedLength(3),
    *[pre_tokenizers.Punctuation(behavior) for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous")],
    *[pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split) for scheme in ("always", "never", "first") for split in (True, False)],
    pre_tokenizers.Metaspace(replacement="_"),
    *[
        pre_tokenizers.Split(pattern, behavior, invert)
        for pattern in (" ", Regex(r"\s+"), Regex(r"\w+|[^\w\s]+"), Regex(r"(?=[A-Z])|\d"))
        for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous")
        for invert in (False, True)
    ],
    *[pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in (CL100K, O200K, KIMI)],
    pre_tokenizers.Sequence([pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(False)]),
    pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]),
    pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), pre_tokenizers.ByteLevel(True, use_regex=True)]),
    pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.ByteLevel(False)]),
]

# Patterns in which the order of ways to match, look-around, classes and anchors matter.
PATTERNS = [
    r"a|ab", r"ab|a", r"a*?b", r"a+?", r"a++b|.", r"(?>a+)b|a", r"a{2}", r"a{2,}", r"a{,2}b", r"a{1,2}?", r"a{1,2}+", r"(?:ab){1,2}c?", r"(a|b)*c|b",
    r"^.", r".$", r"\A.", r".\z", r".\Z", r"\b", r"\B.", r"\bt\w*", r"(?<=a)b", r"(?<!a)b", r"(?<=a|bc)\S", r"(?<=\s)\S+", r"(?<!\d)\d{1,2}", r"\S(?=\s)",
    r"\S(?!\S)", r"(?=.*t)\w", r"(?i:the)", r"(?i)THE|[k-s]", r"(?i:\p{Lu})", r"a(?i)B|c", r"[a-c&&[^b]]+", r"[^a-z\s]+", r"[[:alpha:]]+", r"[[:punct:]]+",
    r"[[:^space:]]+", r"[a\-z]+", r"[\]\[]", r"[]a]+", r"[^]a]+", r"\p{Lu}\p{Ll}*", r"\p{^L}+", r"\P{L}+", r"\pL+", r"\p{Han}+", r"[\p{Hiragana}\p{Katakana}]+",
    r"\p{Cyrillic}+", r"\p{Letter}+", r"\p{Mark}", r"\p{Sc}\d", r"[\p{P}\p{S}]+", r"\d+", r"\D+", r"\w+", r"\W+", r"\s+", r"\S+", r"\h+", r"\H+", r"\R", r"\N+", r"(?m).+",
    r".+", r"\x{61}|\u0062|\x63", r"\t|\n|\r", r"x{2,3}|y", r"(?:a|b|)c", r"(?=a)", r"((a)|b)+", r"\.|\?|!", r"(?#no)a", r"(?x) a # a\n b", r"(?:\s|^)\w",
    r"[一-龥]+", r"[^\n]*\n", r"\p{Any}", r"\p{Emoji_Presentation}+", r"\p{Alphabetic}+", r"[0-9]{3}(?=(?:[0-9]{3})*(?![0-9]))",
    r"\d{1,3}(?=(?:\d{3})*\b)", r"[^\r\n\p{L}\p{N}]?+\p{L}+", r"\s++$|\s*[\r\n]|\s+(?!\S)|\s", r"'(?i:[sdmt]|ll|ve|re)", r"(?:'s|'t)?+\S", r"\s?\p{L}+", r"(?<![a-z])\w{2}",
]

DECODERS = [
    decoders.ByteLevel(), decoders.Metaspace(), decoders.Metaspace(prepend_scheme="never"), decoders.WordPiece(), decoders.WordPiece(cleanup=False),
    decoders.BPEDecoder(), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0), decoders.Strip("a", 1, 2), decoders.Replace("▁", " "),
    decoders.Replace(Regex("[ab]"), "x"), decoders.CTC(),
    decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]),
    decoders.Sequence([decoders.Fuse(), decoders.Strip(" ", 0, 1)]), decoders.Sequence([decoders.Fuse(), decoders.Replace("ab", "x")]),
]
TOKENS = [
    [], ["a"], ["▁a", "b", "▁c"], ["a", "##b", "c", ".", "n", "##'t"], ["he", "do", "not", "'s", "!", "?"], ["ab</w>", "c</w>"], ["a</w>b", "c"],
    ["<0x61>", "b", "<0xC3>", "<0xA9>", "x"], ["Ġa", "Ã©", "b"], [" a ", " b ", " "], ["aaba", "baa"], ["a", "a", "<pad>", "a", "|", "b", "b"], ["▁", "▁▁a"], ["a", "b", "a"],
]

SEQUENCE = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
SPECIALS = [AddedToken("<s>", special=True, normalized=False), AddedToken("</s>", special=True, normalized=False),
            AddedToken("<mask>", special=True, lstrip=True, normalized=False), AddedToken("<pad>", special=True, rstrip=True, normalized=False),
            AddedToken("tok", special=False, single_word=True, normalized=False)]
NORMALIZED = [AddedToken("keeper", normalized=True), AddedToken("<mask>", special=True, normalized=True), AddedToken("Köln", normalized=True, rstrip=True)]


def pipelines():
    """(name, model, normaliser, pre-tokenizer, post-processor, decoder, added tokens)"""
    byte_level, split = pre_tokenizers.ByteLevel(False), lambda p: pre_tokenizers.Split(Regex(p), "isolated")
    llama = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    llama_decoder = DECODERS[13]
    no_regex = pre_tokenizers.ByteLevel(False, use_regex=False)
    bert = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    yield "gpt-2", "bytes", None, byte_level, None, decoders.ByteLevel(), SPECIALS
    yield "space before", "bytes", None, pre_tokenizers.ByteLevel(True), None, decoders.ByteLevel(), SPECIALS
    yield "roberta", "bytes", None, byte_level, processors.RobertaProcessing(("</s>", 2), ("<s>", 1), trim_offsets=False), decoders.ByteLevel(), NORMALIZED
    yield "qwen", "bytes", normalizers.NFC(), pre_tokenizers.Sequence([split(CL100K), no_regex]), processors.ByteLevel(trim_offsets=False), decoders.ByteLevel(), SPECIALS
    yield "neox", "bytes", normalizers.NFC(), byte_level, None, decoders.ByteLevel(), NORMALIZED
    yield "llama 3", "whole", None, pre_tokenizers.Sequence([split(CL100K), no_regex]), processors.Sequence([processors.ByteLevel(trim_offsets=False), SEQUENCE]), decoders.ByteLevel(), SPECIALS
    yield "o200k", "bytes", None, pre_tokenizers.Sequence([split(O200K), no_regex]), None, decoders.ByteLevel(), SPECIALS
    yield "kimi", "bytes", None, pre_tokenizers.Sequence([split(KIMI), no_regex]), None, decoders.ByteLevel(), SPECIALS
    yield "starcoder", "bytes", None, pre_tokenizers.Sequence([pre_tokenizers.Digits(True), byte_level]), None, decoders.ByteLevel(), SPECIALS + NORMALIZED
    yield "lowercase bytes", "bytes", normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]), byte_level, None, decoders.ByteLevel(), NORMALIZED
    yield "byte normaliser", "characters", normalizers.ByteLevel(), pre_tokenizers.Split(Regex("Ġ"), "merged_with_next"), None, decoders.ByteLevel(), SPECIALS
    yield "llama 2", "fallback", llama, None, SEQUENCE, llama_decoder, SPECIALS
    yield "llama 2 pairs", "pairs", llama, None, SEQUENCE, llama_decoder, SPECIALS
    yield "gemma", "fallback", normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"), SEQUENCE, DECODERS[13], SPECIALS
    yield "mistral", "fallback", None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), SEQUENCE, llama_decoder, SPECIALS
    yield "metaspace always", "fallback", None, pre_tokenizers.Metaspace(split=False), SEQUENCE, decoders.Metaspace(), SPECIALS
    yield "metaspace split", "fallback", None, pre_tokenizers.Metaspace(), SEQUENCE, decoders.Metaspace(), SPECIALS
    yield "normalised names", "fallback", llama, None, SEQUENCE, llama_decoder, NORMALIZED
    yield "characters", "characters", None, pre_tokenizers.Whitespace(), None, None, SPECIALS
    yield "unknown joined", "unfused", normalizers.NFKC(), pre_tokenizers.WhitespaceSplit(), None, None, SPECIALS
    yield "prefixed", "prefixed", None, pre_tokenizers.BertPreTokenizer(), None, decoders.WordPiece(), SPECIALS
    yield "clip", "suffixed", normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]), pre_tokenizers.Split(Regex(r"'s|'t|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", True), None, decoders.BPEDecoder(), SPECIALS
    yield "unigram", "unigram", normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]), pre_tokenizers.Metaspace(), SEQUENCE, decoders.Metaspace(), SPECIALS
    yield "unigram bytes", "unigram bytes", None, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]), None, decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()]), SPECIALS
    yield "bert", "pieces", normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(), bert, decoders.WordPiece(), [AddedToken(name, special=True, normalized=False) for name in ("[UNK]", "[CLS]", "[SEP]", "[MASK]")]
    yield "bert cased", "untyped", normalizers.BertNormalizer(lowercase=False), pre_tokenizers.BertPreTokenizer(), bert, decoders.WordPiece(cleanup=False), []
    yield "words", "words", normalizers.Lowercase(), pre_tokenizers.Whitespace(), None, None, SPECIALS
    yield "delimiters", "words", None, pre_tokenizers.CharDelimiterSplit(" "), None, decoders.Fuse(), SPECIALS


def byte_ends(text, encoding):
    """Where tokens end, in bytes; -1 where the package gives no place."""
    ends = [0]
    for character in text:
        ends.append(ends[-1] + len(character.encode()))
    return [ends[end] for _, end in encoding.offsets]


def run(model, normalizer, pre_tokenizer, post_processor, decoder, added):
    tokenizer = Tokenizer.from_str(json.dumps({"version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}))
    for name, component in (("normalizer", normalizer), ("pre_tokenizer", pre_tokenizer), ("post_processor", post_processor), ("decoder", decoder)):
        if component is not None:
            setattr(tokenizer, name, component)
    for token in added:
        (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
    file = json.loads(tokenizer.to_str())
    del file["model"], file["truncation"], file["padding"], file["version"]
    encodings = [tokenizer.encode(text) for text in TEXTS]
    tokenizer.encode_special_tokens = True
    return {
        "file": file,
        "ids": [encoding.ids for encoding in encodings],
        "ends": [byte_ends(text, encoding) for text, encoding in zip(TEXTS, encodings)],
        "plain": [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS],
        "decoded": [tokenizer.decode(encoding.ids) for encoding in encodings],
    }


def fuzz_patterns(count):
    """Random patterns over a small alphabet, for what people do not think of."""
    generator = random.Random(7)

    def node(depth):
        kind = generator.randrange(9 if depth else 3)
        if kind < 2: return generator.choice(["a", "b", "c", ".", r"\w", r"\s", "[ab]", "[^a]", r"\b", "é"])
        if kind == 2: return node(0) + node(0) if depth else "b"
        if kind == 3: return f"(?:{node(depth - 1)}|{node(depth - 1)})"
        if kind == 4: return node(depth - 1) + node(depth - 1)
        if kind == 5: return generator.choice(["[ab]", "a", "b", ".", r"\w"]) + generator.choice(["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{0,2}?"])
        if kind == 6: return f"(?:a{node(depth - 1)})" + generator.choice(["*", "+", "?", "+?", "{1,2}"])
        if kind == 7: return generator.choice(["(?=", "(?!"]) + node(depth - 1) + ")"
        return generator.choice(["(?<=", "(?<!"]) + generator.choice(["a", "[ab]", "ab", "b|a"]) + ")" + node(depth - 1)

    return [node(3) for _ in range(count)]


def main():
    base = base_models()
    fuzzed, fuzz_texts = fuzz_patterns(250), ["abcabba", "aab b", "é ab\nbca", "cab  abé"]
    fixture = {
        "texts": TEXTS,
        "tokens": TOKENS,
        "models": base,
        "normalizers": [{"file": part(n), "texts": [n.normalize_str(text) for text in TEXTS]} for n in NORMALIZERS],
        "preTokenizers": [{"file": part(p), "words": [[word for word, _ in p.pre_tokenize_str(text)] for text in TEXTS]} for p in PRE_TOKENIZERS],
        "patterns": [{"pattern": p, "parts": [split(p, text) for text in TEXTS[:45]]} for p in PATTERNS],
        "fuzzTexts": fuzz_texts,
        "fuzzed": [{"pattern": p, "parts": [split(p, text) for text in fuzz_texts]} for p in fuzzed],
        "decoders": [{"file": part(d), "texts": [decoded(d, tokens) for tokens in TOKENS]} for d in DECODERS],
        "pipelines": [dict(run(base[model], *rest), name=name, model=model) for name, model, *rest in pipelines()],
    }
    write("tokenizer-json.json", fixture)
    if len(sys.argv) > 1:
        write("tokenizer-json-real.json", real(Path(sys.argv[1])))


def split(pattern, text):
    """The lengths of the parts that the matches of a pattern make, in characters; None where the pattern is refused."""
    try:
        Regex(pattern)
    except Exception as error:
        print(pattern, error)
        return None
    return [len(word) for word, _ in pre_tokenizers.Split(Regex(pattern), "isolated").pre_tokenize_str(text)]


def decoded(decoder, tokens):
    try:
        return decoder.decode(tokens)
    except BaseException:
        return None


def real(folder):
    """What published tokenizers make of the texts."""
    found = {}
    for name in ("hf-phi3-mini", "hf-roberta-base", "hf-clip", "hf-t5-small"):
        tokenizer = Tokenizer.from_file(str(folder / name / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        encodings = [tokenizer.encode(text) for text in TEXTS]
        found[name] = {"ids": [encoding.ids for encoding in encodings], "decoded": [tokenizer.decode(encoding.ids) for encoding in encodings]}
    return found


def write(name, value):
    path = FIXTURES / name
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(path, path.stat().st_size)


main()
