#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers: two tiny vocabularies and what the `tokenizers` package makes of hard texts with them.

    pip install tokenizers==0.23.3
    python3 Scripts/make-tokenizer-goldens.py [DATA]

DATA is a folder with real vocabularies (hf-gpt2, hf-phi3-mini, qwen2); where it is given, `real.json` is made too.
Run from the root of the repository.
"""
import json
import random
import sys
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

FIXTURES = Path("Tests/Fixtures/tokenizers")

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,%d}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# The regular expressions of each pre-tokenizer, applied in turn.
PATTERNS = {
    "gpt-2": [GPT2],
    "llama-bpe": [CL100K % 3],
    "qwen2": [CL100K % 1],
    "starcoder": [r"\p{N}", GPT2],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]"],
    "default": [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"],
}

CORPUS = [
    "The lighthouse keeper wrote down the weather every evening, and every evening the weather ignored him.",
    "He'd said they're late; we've heard it's so, and I'll wait. DON'T SHOUT, IT'S LATE, WE'LL SEE.",
    "Über den Wolken müssen süße Brötchen größer sein als in Köln. Der Schlüssel lag unter der Fußmatte.",
    "Le garçon était très fâché, car l'île où naît la forêt n'est plus là. Où est passée la clé ?",
    "Ночью ветер стучал в окна, и сторож маяка записывал погоду в толстую тетрадь.",
    "Το βράδυ ο φύλακας έγραφε τον καιρό, και το πρωί έσβηνε το φως.",
    "灯台守は毎晩天気を書き留めた。天気は毎晩彼を無視した。東京の空は青い。",
    "守塔人每天晚上写下天气，天气每天晚上都不理他。今天的海很平静。",
    "등대지기는 매일 저녁 날씨를 적었고 날씨는 매일 저녁 그를 무시했다.",
    "كان حارس المنارة يكتب الطقس كل مساء، وكان الطقس يتجاهله كل مساء.",
    "שומר המגדלור רשם את מזג האוויר בכל ערב.",
    "प्रकाशस्तंभ का रखवाला हर शाम मौसम लिखता था।",
    "func total(of values: [Int]) -> Int {\n    var sum = 0\n    for value in values { sum += value }\n    return sum\n}",
    "if (x <= 10 && y != 0x1F) {\r\n\treturn x / y; // 100%\r\n}\r\n\r\n",
    "In 1984, 365 days made 8,760 hours; pi is 3.14159 and 2^10 = 1024. 10 20 30 100 1000 10000",
    "😀 😃 😄 👍🏽 👩‍👩‍👧 🇩🇪 🏴‍☠️ ✅ 🚀🚀🚀",
    "    four spaces\n        eight spaces\n\ta tab\n\t\ttwo tabs   and   three   between",
] * 4

TEXTS = [
    "", " ", "  ", "   ", "\n", "\t", "\r\n", " \n", "\n ", "a", " a", "a ", "  a", "a  ", "a  b", "a   b\n", "\n\n\na", "a \n \n b", "a\r\n\r\n b",
    "The weather ignored him.", "the lighthouse", " the lighthouse ", "lighthouselighthouse",
    "It's HE'S it'S I'LL i'll we'Ve they'RE 'tis 'dab 'Mate x's' 's ' s", "'\u017f '\u017ftart it'\u017f", "''s''t", "’s it’s",
    "3", "33", "333", "3333", "33333", " 3 33 333 3333", "1234567890", "a1b22c333d4444", "²³¹ ½⅓ Ⅷ ٣٤٥ ४५६ 二三 〇", "12,345.67", "x3 3x", "$100.00+5%",
    "Köln süße größer", "naïve café cafe\u0301 e\u0301\u0302\u0303", "Z\u0351\u036b\u0343a\u0335l\u0321\u034ag\u0322o\u0328", "ﬁ ﬃ Å Å K Ω",
    "Ночью ветер", "Το βράδυ έγραφε", "灯台守は毎晩", "今天的海很平静。你好，世界！", "매일 저녁 날씨를", "حارس المنارة ١٢٣", "שומר המגדלור", "प्रकाशस्तंभ का रखवाला",
    "ไม่มีช่องว่าง ភាសាខ្មែរ", "😀😃 👍🏽 👩‍👩‍👧 🇩🇪🇫🇷 🏴‍☠️ ✅", "a😀b 😀 b", "\U000e0067\U000e007f \U0010ffff \ue000 \ufffd \ufffe",
    "\u0000\u0001\u0002\u001f\u007f\u0080\u009f", "a\u0000b", "\u0085x\u00a0y\u1680z\u2003w\u2028v\u2029u\u202ft\u205fs\u3000r", "\u00a0\u00a0a", " \u3000 a", "\u200b\u200c\u200d\u2060\ufeffa",
    "\u000b\u000c a", "a\u2028\u2028\n\n b", "\t\tif x:\n\t\t\treturn\n", "    var sum = 0\n", "func total(of values: [Int]) -> Int {\n    var sum = 0\n",
    "if (x <= 10 && y != 0x1F) {\r\n\treturn x / y;\r\n}\r\n", "!!!", "...", "--- === +++", "!a", " !a", "!!a!!", "(a)", "[](){}<>", "a-b_c", "_a_", "#!/usr/bin/env", "a.b.c", "?!\n\n", " ?!\r\n", "$x^2~y|z`w`",
    "https://example.org/a?b=c&d=%20#e", "{\"key\": [1, 2.5, null]}", "<0x0A> <0x41> <s> </s> <unk>", "Ġ ĊĠ Āā ſ", "ſs S ẞ ß",
    "a" * 300, "ab" * 200, " " * 120, " " * 120 + "a", "\n" * 70, "7" * 100, "!" * 90, "é" * 80, "天" * 80, "😀" * 40, "the " * 60, "🚀 " * 30,
    "\u0300" * 60, "x" + "\u0301" * 40, "Th" + "e" * 50 + " w" + "e" * 40 + "ather", "aA" * 50 + "1a" * 30,
    "\U0001F9D1\u200d\U0001F4BB types\tfast\u2026 “quoted” — dashed – text", "ied 4 ½ months", "𝐛𝐨𝐥𝐝 𝟏𝟐𝟑 𝔸", "𐍈 𒀀 𓀀 ⼀ 㐀 𠀀 𰀀",
]


def random_texts(count):
    """Texts of characters drawn from many places, with the kinds that rules tell apart drawn often."""
    rng = random.Random(7)
    common = list("  \n\r\t'''aAsStTmMdDlLeEvVrR019!.,-$`~|") + ["\u00a0", "\u3000", "\u2028", "ſ", "é", "天", "😀", "\u0301", "½", "٣", "\u200d"]
    ranges = [(0x20, 0x7f), (0xa0, 0x250), (0x370, 0x530), (0x5d0, 0x7ff), (0x900, 0xd7ff), (0xe000, 0xffff), (0x10000, 0x1ffff)]
    texts = []
    for _ in range(count):
        length = rng.randint(1, 60)
        texts.append("".join(rng.choice(common) if rng.random() < 0.75 else chr(rng.randint(*rng.choice(ranges))) for _ in range(length)))
    return texts


def splitter(name):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in PATTERNS[name]])


def word_ends(name, text):
    """UTF-8 offsets where the words of a text end."""
    return [len(text[:end].encode()) for _, (_, end) in splitter(name).pre_tokenize_str(text)]


def tiny_byte_level(texts):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    goldens = {}
    for name in PATTERNS:
        reference = Tokenizer(models.BPE(vocab=model["vocab"], merges=merges, ignore_merges=name == "llama-bpe"))
        reference.pre_tokenizer = pre_tokenizers.Sequence(
            [splitter(name), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        )
        reference.decoder = decoders.ByteLevel()
        goldens[name] = {
            "ids": [reference.encode(text).ids for text in texts],
            "words": [word_ends(name, text) for text in texts],
        }
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    return {"pieces": pieces, "merges": [" ".join(merge) for merge in merges], "goldens": goldens}


def tiny_sentence_piece(texts):
    mark = "\u2581"
    spaced = [mark + text.replace(" ", mark) for text in CORPUS]
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Split(Regex(f"{mark}+[^{mark}]*"), "isolated")
    trained.train_from_iterator(spaced, trainers.BpeTrainer(vocab_size=700, limit_alphabet=160, show_progress=False))
    found = json.loads(trained.to_str())["model"]["vocab"]
    # Single characters come last, as in SentencePiece's own vocabularies, and runs of spaces are pieces too.
    joined = [piece for piece in sorted(found, key=found.get) if len(piece) > 1] + [mark * 2, mark * 3, mark * 4, mark * 8]
    singles = sorted(set(piece for piece in found if len(piece) == 1) | {mark})
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + list(dict.fromkeys(joined)) + singles
    first = 259
    vocab = {piece: number for number, piece in enumerate(pieces)}
    merges = []
    for piece in pieces[first:]:
        merges += [(piece[:i], piece[i:]) for i in range(1, len(piece)) if vocab.get(piece[:i], 0) >= first and vocab.get(piece[i:], 0) >= first]
    reference = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    reference.normalizer = normalizers.Sequence([normalizers.Prepend(mark), normalizers.Replace(" ", mark)])
    return {
        "pieces": pieces,
        "scores": [0.0] * first + [float(first - number) for number in range(first, len(pieces))],
        "types": [2, 3, 3] + [6] * 256 + [1] * (len(pieces) - first),
        "ids": [reference.encode(text).ids for text in texts],
    }


def real(texts, data):
    gpt2 = Tokenizer(models.BPE.from_file(str(data / "hf-gpt2/vocab.json"), str(data / "hf-gpt2/merges.txt")))
    gpt2.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    lines = (data / "qwen2/merges.txt").read_text().replace("\r", "").split("\n")
    merges = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
    qwen2 = Tokenizer(models.BPE(vocab=json.loads((data / "qwen2/vocab.json").read_text()), merges=merges))
    qwen2.pre_tokenizer = pre_tokenizers.Sequence(
        [splitter("qwen2"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    phi3 = Tokenizer.from_file(str(data / "hf-phi3-mini/tokenizer.json"))
    references = {"gpt-2": gpt2, "qwen2": qwen2, "phi-3": phi3}
    return {name: [one.encode(text, add_special_tokens=False).ids for text in texts] for name, one in references.items()}


def save(name, value):
    rows = [f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=True, separators=(',', ':'))}" for key, part in value.items()]
    (FIXTURES / name).write_text("{\n" + ",\n".join(rows) + "\n}\n")


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    texts = TEXTS + random_texts(120)
    save("texts.json", {"texts": texts})
    save("byte-level.json", tiny_byte_level(texts))
    save("sentence-piece.json", tiny_sentence_piece(texts))
    if len(sys.argv) > 1:
        # Names of special tokens would be read as tokens there.
        save("real.json", real([text for text in texts if "<s>" not in text], Path(sys.argv[1])))


main()
