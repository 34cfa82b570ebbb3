#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers/bpe-training.json: the merges that the `tokenizers` package learns from a small text.

    pip install tokenizers==0.23.3
    python3 Scripts/make-bpe-goldens.py

Run from the root of the repository. Words are cut as the rule "smollm" does: digits one by one, then GPT-2's words.
"""
import json
import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIALS = ["<|begin|>", "<|end|>", "<|ask|>", "<|answer|>"]
SIZE = 420

SENTENCES = [
    "The harbour master wrote the day's weather into the log before he wrote anything else.",
    "At 6:45 the brig came in with 212 casks of oil, 40 of tar and a sick mate.",
    "It's said they'd seen her light on the 14th; we've no other word of it, and I'll believe it when it's here.",
    "Der Lotse kam spät, müde und naß; die Schlüssel hingen über der Tür.",
    "Le garçon du port, fâché, n'a rien vu à l'île.",
    "Ночью ветер стучал в окна.",
    "灯台守は毎晩天気を書き留めた。",
    "aaaa aaaaa aaa banana bananas ananas",
    "KX-4471, KX-4472 and KX-44713   were   paid;\n\n\tnothing is owed.\n",
]


def main():
    draw = random.Random(5)
    texts = [" ".join(draw.choices(SENTENCES, k=12)) for _ in range(20)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE, min_frequency=2, special_tokens=SPECIALS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [" ".join(merge) for merge in model["merges"]]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    golden = {"texts": texts, "size": SIZE, "merges": merges, "pieces": pieces}
    Path("Tests/Fixtures/tokenizers/bpe-training.json").write_text(json.dumps(golden, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(merges)} merges, {len(pieces)} pieces")


if __name__ == "__main__":
    main()
