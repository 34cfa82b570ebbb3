#!/usr/bin/env python3
"""Thin out the metrics of trainings that followed each other into one log: a line for every so many steps, and those that looked at more.

usage: thin-metrics.py EVERY METRICS.jsonl ... > LOG.jsonl
"""

import json
import sys
from pathlib import Path


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    every = int(sys.argv[1])
    for part, path in enumerate(sys.argv[2:], start=1):
        for line in Path(path).read_text().splitlines():
            metrics = json.loads(line)
            if metrics["step"] % every == 0 or "held_out_loss" in metrics:
                rounded = {key: round(value, 5) if isinstance(value, float) else value for key, value in metrics.items()}
                print(json.dumps({"part": part, **rounded}))


if __name__ == "__main__":
    main()
