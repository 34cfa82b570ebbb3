#!/usr/bin/env python3
"""Show that a method with a window keeps memory bounded: resident set after a tenth of a text and at its end.

usage: resident-memory.py APUS MODEL TEXT [METHOD ...]        (methods: streaming, sliding; Linux only)
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def resident_bytes(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def samples(apus, model, text, method):
    """(share read, resident bytes) over the run of `apus ask`, from its progress lines."""
    with tempfile.TemporaryFile("w+") as notes:
        command = [apus, "ask", text, "Who?", "--model", model, "--method", method, "--max-tokens", "1", "--sources", "0"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=notes)
        found = []
        while process.poll() is None:
            time.sleep(0.05)
            notes.seek(0)
            shares = re.findall(r": (\d+)%", notes.read())
            try:
                found.append((int(shares[-1]) / 100 if shares else 0.0, resident_bytes(process.pid)))
            except (FileNotFoundError, ProcessLookupError):
                break
        if process.returncode not in (0, None):
            notes.seek(0)
            sys.exit(notes.read())
        return [sample for sample in found if sample[1] > 0]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    apus, model, text, methods = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:] or ["streaming", "sliding"]
    print("| method | resident after a tenth | resident at the end | ratio |\n|---|---|---|---|")
    for method in methods:
        found = samples(apus, model, text, method)
        tenth = next((size for share, size in found if share >= 0.1), None)
        if tenth is None:
            sys.exit(f"{method}: the text was read too quickly to see a tenth of it; take a longer one")
        end = found[-1][1]
        print(f"| {method} | {tenth / 2**20:.1f} MiB | {end / 2**20:.1f} MiB | {end / tenth:.2f} |")


if __name__ == "__main__":
    main()
