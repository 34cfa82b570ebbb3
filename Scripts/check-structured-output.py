#!/usr/bin/env python3
"""Hold replies of the built-in model to schemas, and let Python's jsonschema judge them.

    pip install 'jsonschema[format]'
    Scripts/check-structured-output.py [--apus .build/release/apus] [--replies 20]

Each schema is followed at temperature 1.5 from several seeds, where a small model says what no plan foresees. A reply that the token limit
cuts off is counted and not judged. The exit status is 1 if any other is not JSON, or not valid.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

SCHEMAS = {
    "person": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 30},
            "age": {"type": "integer", "minimum": 0, "maximum": 150},
            "email": {"anyOf": [{"type": "string", "format": "email"}, {"type": "null"}]},
            "born": {"type": "string", "format": "date"},
        },
        "required": ["name", "age", "email", "born"],
        "additionalProperties": False,
    },
    "tree": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "value": {"type": "number", "exclusiveMinimum": -1, "maximum": 1},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 2},
                },
                "required": ["value"],
                "additionalProperties": False,
            }
        },
    },
    "choices": {
        "type": "array",
        "minItems": 2,
        "maxItems": 5,
        "items": {
            "anyOf": [
                {"type": "object", "properties": {"kind": {"const": "circle"}, "radius": {"type": "number", "minimum": 0.5}},
                 "required": ["kind", "radius"], "additionalProperties": False},
                {"type": "object", "properties": {"kind": {"const": "box"}, "sides": {"type": "array", "prefixItems": [
                    {"type": "integer"}, {"type": "integer"}], "items": False, "minItems": 2}},
                 "required": ["kind", "sides"], "additionalProperties": False},
                {"enum": ["none", None, 3, True]},
            ]
        },
    },
    "codes": {
        "type": "object",
        "properties": {
            "code": {"type": "string", "pattern": "^[A-Z]{2,4}-\\d{3}$"},
            "id": {"type": "string", "format": "uuid"},
            "when": {"type": "string", "format": "date-time"},
            "address": {"type": "string", "format": "ipv4"},
            "address6": {"type": "string", "format": "ipv6"},
            "time": {"type": "string", "format": "time"},
            "span": {"type": "string", "format": "duration"},
            "host": {"type": "string", "format": "hostname"},
        },
        "required": ["code", "id", "when", "address", "address6", "time", "span", "host"],
        "additionalProperties": False,
    },
    "merged": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": -20}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 20}, "b": {"type": ["boolean", "null"]}}, "required": ["b"]},
        ],
        "additionalProperties": {"type": "integer"},
        "properties": {"a": True, "b": True},
    },
    "mapping": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 8}},
}


def reply(apus, schema, seed):
    """What the built-in model says: the text, and why it ended."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(schema, file)
        file.flush()
        command = [apus, "complete", "--prompt", "Answer:", "--json-schema", file.name, "--temperature", "1.5", "--seed", str(seed),
                   "--max-tokens", "600", "--json", "--quiet"]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["text"], result["stop_reason"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--apus", default=str(Path(__file__).resolve().parent.parent / ".build/release/apus"))
    parser.add_argument("--replies", type=int, default=20)
    arguments = parser.parse_args()
    wrong = 0
    for name, schema in SCHEMAS.items():
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        valid, cut = 0, 0
        for seed in range(arguments.replies):
            text, reason = reply(arguments.apus, schema, seed)
            if reason == "length":
                cut += 1
                continue
            try:
                validator.validate(json.loads(text))
                valid += 1
            except (json.JSONDecodeError, jsonschema.ValidationError) as error:
                wrong += 1
                print(f"{name}, seed {seed}: {text!r}: {error}".split("\n")[0], file=sys.stderr)
        print(f"{name}: {valid} valid, {cut} cut off, of {arguments.replies}")
    print("structured output:", "all valid" if wrong == 0 else f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
