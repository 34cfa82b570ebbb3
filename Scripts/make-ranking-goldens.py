#!/usr/bin/env python3
"""Makes Tests/Fixtures/ranking: rankings with what pytrec_eval finds of them, and texts with what bm25s finds.

Needs pytrec_eval-terrier and bm25s (PyPI).

run.txt and qrels.txt are random: scores with many ties, grades from -1 to 3, documents that nobody judged, a query without relevant
documents and one without a ranking. measures.json holds what pytrec_eval makes of each query, under the names of `apus rank score`.
bm25.json holds passages of a few words, queries, and Lucene's BM25 of each by bm25s.
"""

import json
import random
from pathlib import Path

import bm25s
import pytrec_eval

FIXTURES = Path(__file__).resolve().parent.parent / "Tests/Fixtures/ranking"
MEASURES = {
    "ndcg_cut_1": "ndcg@1", "ndcg_cut_5": "ndcg@5", "ndcg_cut_10": "ndcg@10", "ndcg": "ndcg", "recip_rank": "mrr", "map": "map",
    "map_cut_10": "map@10", "recall_5": "recall@5", "recall_100": "recall@100", "P_5": "precision@5", "P_10": "precision@10",
}


def runs(random):
    run, qrels = {}, {}
    for query in range(12):
        documents = [f"d{number}" for number in random.sample(range(200), 60)]
        run[f"q{query}"] = {name: random.choice([random.randint(0, 9), random.random() * 10]) for name in documents[:50]}
        qrels[f"q{query}"] = {name: random.choice([-1, 0, 0, 0, 1, 2, 3]) for name in documents[30:]}
    qrels["q3"] = {name: 0 for name in qrels["q3"]}
    del run["q7"]
    run["unjudged"] = {"d1": 1.0}
    return run, qrels


def bm25(random):
    words = ["key", "miller", "harbour", "lamp", "ship", "wife", "bread", "storm", "gate", "keeper"]
    passages = [[random.choice(words) for _ in range(random.randint(1, 14))] for _ in range(25)]
    queries = [["key"], ["storm", "gate"], ["lamp", "lamp", "keeper"], ["absent"]]
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75, dtype="float64")
    index.index(passages, show_progress=False)
    scores = [[float(score) for score in index.get_scores([word for word in query if word in words])] if any(
        word in words for word in query) else [0.0] * len(passages) for query in queries]
    return {"bm25s": bm25s.__version__, "passages": [" ".join(words) for words in passages],
            "queries": [" ".join(words) for words in queries], "scores": scores}


def main():
    generator = random.Random(43)
    run, qrels = runs(generator)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / "run.txt").write_text("".join(
        f"{query} Q0 {name} 1 {score!r} golden\n" for query, scores in run.items() for name, score in scores.items()))
    (FIXTURES / "qrels.txt").write_text("".join(
        f"{query}\t0\t{name}\t{grade}\n" for query, grades in qrels.items() for name, grade in grades.items()))
    evaluator = pytrec_eval.RelevanceEvaluator(
        qrels, {"ndcg_cut.1,5,10", "ndcg", "recip_rank", "map", "map_cut.10", "recall.5,100", "P.5,10"})
    found = evaluator.evaluate({query: {name: float(score) for name, score in scores.items()} for query, scores in run.items()})
    table = {query: {name: values[key] for key, name in MEASURES.items()} for query, values in found.items()}
    (FIXTURES / "measures.json").write_text(json.dumps(table, indent=1) + "\n")
    (FIXTURES / "bm25.json").write_text(json.dumps(bm25(generator)) + "\n")
    print(f"{len(table)} queries")


if __name__ == "__main__":
    main()
