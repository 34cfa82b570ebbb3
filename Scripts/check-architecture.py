#!/usr/bin/env python3
"""Check that targets depend one way: each may use only targets that stand above it in Package.swift.

Two things are compared: the dependencies that the manifest declares, and the modules that the sources import. A module of this
package or of another one that is imported without being declared fails too, even where the compiler would let it through.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Modules that come with the toolchain or the system, and need no declaration.
TOOLCHAIN = {
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "RegexBuilder", "Swift",
    "Synchronization", "Testing", "_Concurrency",
}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public\s+|package\s+|internal\s+|fileprivate\s+|private\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)", re.MULTILINE)


def manifest():
    """The targets of the manifest in order: a list of (name, type, names of declared dependencies, folder)."""
    output = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    targets = []
    for target in json.loads(output)["targets"]:
        names = [dependency_name(dependency) for dependency in target["dependencies"]]
        folder = target.get("path") or ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
        targets.append((target["name"], target["type"], names, ROOT / folder))
    return targets


def dependency_name(dependency):
    """The name in a dependency such as {"byName": ["Tensors", null]} or {"product": ["ArgumentParser", "swift-argument-parser", …]}."""
    (values,) = dependency.values()
    return values[0]


def imports(folder):
    """The modules imported below `folder`, each with the first file that does so."""
    found = {}
    for file in sorted(folder.rglob("*.swift")):
        for module in IMPORT.findall(file.read_text(encoding="utf-8")):
            found.setdefault(module, file.relative_to(ROOT))
    return found


def violations(targets):
    ours = [name for name, _, _, _ in targets]
    for position, (name, kind, dependencies, folder) in enumerate(targets):
        above = set(ours[:position])
        for dependency in dependencies:
            if dependency in ours and dependency not in above:
                yield f"Package.swift: {name} depends on {dependency}, which does not stand above it"
        if kind == "test":
            continue
        for module, file in imports(folder).items():
            if module in ours and module not in above:
                yield f"{file}: {name} imports {module}, which does not stand above it in Package.swift"
            elif module not in TOOLCHAIN and module not in dependencies and module != name:
                yield f"{file}: {name} imports {module} and does not declare it in Package.swift"


def main():
    targets = manifest()
    found = list(violations(targets))
    for violation in found:
        print(violation, file=sys.stderr)
    print(f"architecture: {len(targets)} targets, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
