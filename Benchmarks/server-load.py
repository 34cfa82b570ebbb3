#!/usr/bin/env python3
"""Puts many clients at once on servers that speak OpenAI's completions, and reports what came of it. Nothing but the standard library.

  server-load.py --server apus=http://127.0.0.1:8080 --pid apus=4711 --seconds 600 [--window 1024]
  server-load.py --server apus=http://127.0.0.1:8080 --server llama.cpp=http://127.0.0.1:8081 --requests 256 --rounds 3

Every client sends a streamed request, waits for its end and sends the next. Lengths of prompts are spread evenly over their logarithms
between two bounds; prompts are random words, never twice the same, and the same for every server. With --shared a share of them begins
with one of a few long beginnings, as requests about the same text do.

Several servers are measured in turns, round by round, with the same requests: rates depend on the machine and the hour, ratios hold
better. Start each with as many processors, the same model file and the same type of keys and values, and give llama.cpp's server room
for each client: --parallel CLIENTS --ctx-size CLIENTS x WINDOW, or fewer slots where memory is short, and say so beside the figures.

Reported are requests that were answered, failed, and were refused (413, 429, 503); tokens a second of prompts (those taken from a cache
count) and of answers; seconds to the first token and to the end; and with --pid the resident set: its first and last values once warm,
and its slope over the second half.
"""

import argparse
import asyncio
import bisect
import functools
import json
import math
import random
import statistics
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

WORDS = """about above after again air all along also always and animal answer any around ask away back because been before began below
between big book boat both bring build but came can carry change children city clear close cold come country cut day deep did different
does done door down draw dry during each early earth eat end enough even ever every eye face fall family far farm father feet few field
find fire first fish five fly follow food for form found four friend from full gave girl give glass good great green ground grow half hand
hard head hear heat help here high hill home horse hour house hundred island just keep kind king know land large last late laugh learn
leave left letter life light like line list live long look low machine made make man many map mark mean men mile mind moon more morning
most mother mountain mouth move much music must name near need never new next night north note nothing notice now number often old once
one only open order other our out over page paper part pass people place plain plan plant play point port pose power press problem
produce question quick rain reach read ready real red rest river road rock room round rule run sail said same save school sea second see
seem sentence set seven shape ship short should show side simple sing six sky sleep slow small snow some song soon south stand star start
state stay step still stone stood stop story street strong study such sun sure table tail take talk tell ten than that their them then
there these thing think thought thousand three through time together told took top toward town tree true turn two under unit until use
usual very voice vowel walk want warm was watch water way week weight well went were west what wheel when where which while white whole
why wide wind winter with wood word work world would year yes young""".split()

REFUSALS = {413, 429, 503}
LONGEST_PAUSE = 5.0  # seconds that a refused client waits at most before it sends the next request
PAUSE_AFTER_FAILURE = 1.0
CALIBRATION_WORDS = 2000
FALLBACK_TOKENS_PER_WORD = 1.3
FLAT = 0.02  # a resident set that grows by less than this over the measured time is called flat


@dataclass
class Server:
    name: str
    url: str
    pid: int | None = None
    extra: dict = field(default_factory=dict)  # fields of requests that only this server gets
    model: str = ""


@dataclass
class Record:
    """What came of one request. Times are seconds since the start of the run."""

    start: float
    status: int = 0
    problem: str = ""
    pieces: list = field(default_factory=list)  # when each piece of the answer came
    end: float = 0.0
    prompt: int = 0
    cached: int = 0
    generated: int = 0

    @property
    def outcome(self):
        if self.status in REFUSALS:
            return "refused"
        return "failed" if self.problem else "ok"


class Load:
    """The requests of one run: the n-th is the same for every server."""

    def __init__(self, options, seed, tokens_per_word):
        self.options, self.seed, self.tokens_per_word = options, seed, tokens_per_word
        limit = (options.window - options.answer) * 19 // 20 if options.window else options.longest  # lengths are estimates
        self.shortest, self.longest = options.shortest, min(options.longest, limit)
        if self.longest < self.shortest:
            sys.exit(f"A window of {options.window} tokens has no room for prompts of {options.shortest} and answers of {options.answer}.")
        self.beginnings = [self.text(f"beginning {number}", options.shared_tokens) for number in range(options.beginnings)]

    def text(self, name, tokens):
        """Random words that come to about so many tokens; the same for the same name."""
        source = random.Random(f"{self.seed} {name}")
        return " ".join(source.choices(WORDS, k=max(1, round(tokens / self.tokens_per_word))))

    def prompt(self, number):
        source = random.Random(f"{self.seed} request {number}")
        tokens = math.exp(source.uniform(math.log(self.shortest), math.log(self.longest)))
        if source.random() >= self.options.shared:
            return self.text(f"own {number}", tokens)
        beginning = source.choice(self.beginnings)
        own = min(tokens, max(self.shortest, self.longest - self.options.shared_tokens))
        return f"{beginning} {self.text(f'own {number}', own)}"


class Resident:
    """The resident set of a process over time."""

    def __init__(self, pid):
        self.pid, self.samples = pid, []

    async def watch(self, every=1.0):
        start = time.monotonic()
        while self.pid:
            value = self.now()
            if value is None:
                return
            self.samples.append((time.monotonic() - start, value))
            await asyncio.sleep(every)

    def now(self):
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), None)

    def summary(self):
        """Once warm, which takes the first quarter: first, last and largest value, and the slope of the second half in bytes a minute."""
        if len(self.samples) < 8:
            return None
        warm = self.samples[len(self.samples) // 4:]
        late = self.samples[len(self.samples) // 2:]
        times, values = zip(*late)
        slope = statistics.linear_regression(times, values).slope if len(set(times)) > 1 else 0.0
        growth = slope * (times[-1] - times[0]) / statistics.mean(values)
        return {"first_bytes": warm[0][1], "last_bytes": warm[-1][1], "largest_bytes": max(value for _, value in self.samples),
                "slope_bytes_per_minute": slope * 60, "is_flat": growth < FLAT}


async def body_pieces(reader, headers):
    """The body of a response in the pieces in which it comes."""
    if "chunked" not in headers.get("transfer-encoding", ""):
        length = headers.get("content-length")
        yield await reader.readexactly(int(length)) if length else await reader.read()
        return
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        piece = await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            return
        yield piece


async def response_head(reader):
    """Status and headers, whose names are in lower case."""
    line = await reader.readline()
    if not line:
        raise ConnectionError("the server closed the connection without an answer")
    headers = {}
    while (header := (await reader.readline()).strip()):
        name, _, value = header.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return int(line.split()[1]), headers


def head(address, path, body, key):
    lines = [f"POST {path} HTTP/1.1", f"Host: {address.netloc}", "Content-Type: application/json", f"Content-Length: {len(body)}",
             "Connection: close"]
    return "\r\n".join(lines + ([f"Authorization: Bearer {key}"] if key else [])).encode() + b"\r\n\r\n"


class Run:
    """One server under one load."""

    def __init__(self, server, load, options):
        self.server, self.load, self.options = server, load, options
        self.address = urllib.parse.urlsplit(server.url)
        self.records, self.next_number, self.resident = [], 0, Resident(server.pid)

    def now(self):
        return time.monotonic() - self.begin

    async def drive(self):
        self.begin = time.monotonic()
        watch = asyncio.create_task(self.resident.watch())
        await asyncio.gather(*(self.client() for _ in range(self.options.clients)))
        watch.cancel()
        return self

    def next_request(self):
        """The number of the next request; None when there are no more."""
        is_over = self.now() >= self.options.seconds if self.options.seconds else self.next_number >= self.options.requests
        if is_over:
            return None
        self.next_number += 1
        return self.next_number

    async def client(self):
        while (number := self.next_request()) is not None:
            record = Record(self.now())
            self.records.append(record)
            pause = 0.0
            try:
                pause = await asyncio.wait_for(self.request(self.load.prompt(number), record), self.options.patience)
            except (OSError, ValueError, EOFError, asyncio.TimeoutError) as error:
                record.problem, pause = f"{type(error).__name__}: {error}", PAUSE_AFTER_FAILURE
            record.end = self.now()
            await asyncio.sleep(pause)

    async def request(self, prompt, record):
        """Sends a request and takes in its answer. Returns how long a refusal asks to wait."""
        reader, writer = await asyncio.open_connection(self.address.hostname, self.address.port or 80)
        try:
            body = json.dumps(self.body(prompt)).encode()
            path = self.address.path.rstrip("/") + ("/v1/chat/completions" if self.options.chat else "/v1/completions")
            writer.write(head(self.address, path, body, self.options.key) + body)
            await writer.drain()
            record.status, headers = await response_head(reader)
            if record.status != 200:
                content = b"".join([piece async for piece in body_pieces(reader, headers)])
                record.problem = f"status {record.status}: {content[:200].decode(errors='replace')}"
                return min(LONGEST_PAUSE, float(headers.get("retry-after", 1))) if record.status in REFUSALS else 0.0
            await self.take_in(body_pieces(reader, headers), record)
            return 0.0
        finally:
            writer.close()

    def body(self, prompt):
        wanted = {"messages": [{"role": "user", "content": prompt}]} if self.options.chat else {"prompt": prompt}
        common = {"model": self.server.model, "max_tokens": self.options.answer, "temperature": 0, "stream": True,
                  "stream_options": {"include_usage": True}}
        return {**wanted, **common, **self.server.extra}

    async def take_in(self, pieces, record):
        rest, is_done = b"", False
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"data:"):
                    is_done |= self.take_event(line[5:].strip(), record)
        record.generated = record.generated or len(record.pieces)
        if not is_done:
            record.problem = record.problem or "the stream ended before its end"

    def take_event(self, data, record):
        """Takes in one event; whether it was the last."""
        if data == b"[DONE]":
            return True
        event = json.loads(data)
        if "error" in event:
            record.problem = str(event["error"])
        if any(choice.get("text") or choice.get("delta", {}).get("content") for choice in event.get("choices") or []):
            record.pieces.append(self.now())
        if usage := event.get("usage"):
            record.prompt, record.generated = usage["prompt_tokens"], usage["completion_tokens"]
            record.cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        return False

    def summary(self):
        answered = [record for record in self.records if record.outcome == "ok"]
        measured = min(self.options.seconds, self.now()) if self.options.seconds else max(record.end for record in self.records)
        first = [record.pieces[0] - record.start for record in answered if record.pieces]
        count = {outcome: sum(record.outcome == outcome for record in self.records) for outcome in ("ok", "failed", "refused")}
        prompt = sum(record.prompt for record in answered if record.pieces and record.pieces[0] <= measured)
        # Answers that were under way when the time was over count as far as they had come.
        generated = sum(record.generated * bisect.bisect_right(record.pieces, measured) / len(record.pieces)
                        for record in answered if record.pieces)
        return {
            "server": self.server.name, "seconds": measured, **count,
            "problems": sorted({record.problem for record in self.records if record.outcome == "failed"})[:5],
            "prompt_tokens": sum(record.prompt for record in answered), "cached_tokens": sum(record.cached for record in answered),
            "generated_tokens": sum(record.generated for record in answered),
            "prompt_tokens_per_second": prompt / measured, "generated_tokens_per_second": generated / measured,
            "requests_per_second": sum(record.end <= measured for record in answered) / measured,
            "first_token_seconds": percentiles(first), "request_seconds": percentiles([record.end - record.start for record in answered]),
            "resident": self.resident.summary(), "resident_samples": self.resident.samples,
        }


def percentiles(values):
    values = sorted(values)
    if not values:
        return {"p50": None, "p99": None}
    return {name: values[min(len(values) - 1, math.ceil(share * len(values)) - 1)] for name, share in (("p50", 0.5), ("p99", 0.99))}


def asked(server, path, key, body=None):
    """What a server answers to one plain request."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(server.url.rstrip("/") + path, data, headers), timeout=30) as response:
        return json.load(response)


def first_model(server, key):
    try:
        return asked(server, "/v1/models", key)["data"][0]["id"]
    except (OSError, ValueError, LookupError) as error:
        sys.exit(f"{server.name} does not tell its models at {server.url}: {error}")


def tokens_per_word(server, key):
    """How many tokens the server makes of a word, by its /tokenize, which Apus and llama.cpp have; else about what tokenizers make."""
    content = " ".join(random.Random(0).choices(WORDS, k=CALIBRATION_WORDS))
    try:
        return len(asked(server, "/tokenize", key, {"content": content})["tokens"]) / CALIBRATION_WORDS
    except (OSError, ValueError, LookupError):
        print(f"note: {server.name} has no /tokenize; a word is taken for {FALLBACK_TOKENS_PER_WORD} tokens", file=sys.stderr)
        return FALLBACK_TOKENS_PER_WORD


def number(value, digits=3):
    return "–" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def resident_words(summary):
    if not summary:
        return "–"
    first, last, slope = (summary[key] / 2**20 for key in ("first_bytes", "last_bytes", "slope_bytes_per_minute"))
    return f"{first:,.0f} to {last:,.0f}, {slope:+.1f} a minute" + (", flat" if summary["is_flat"] else "")


def total(runs, key):
    return sum(run[key] for run in runs)


def median(runs, *path):
    """Over the rounds, of what stands under the keys of the path; None where no round has it."""
    values = [value for run in runs if (value := functools.reduce(dict.get, path, run)) is not None]
    return statistics.median(values) if values else None


def table(results, servers):
    """A line for each server, medians over its rounds; the last column holds it to the first server."""
    titles = ["server", "ok", "failed", "refused", "prompt tokens/s", "of them cached", "generated tokens/s", "requests/s",
              "first token p50, p99 (s)", "whole p50, p99 (s)", "resident set (MiB)", "requests/s of the first over it"]
    lines = [titles, ["---"] * len(titles)]
    first = median([result for result in results if result["server"] == servers[0].name], "requests_per_second")
    for server in servers:
        runs = [result for result in results if result["server"] == server.name]
        rate, prompts, cached = median(runs, "requests_per_second"), total(runs, "prompt_tokens"), total(runs, "cached_tokens")
        first_token, whole = (", ".join(number(median(runs, kind, share)) for share in ("p50", "p99"))
                              for kind in ("first_token_seconds", "request_seconds"))
        lines.append([
            server.name, *(str(total(runs, outcome)) for outcome in ("ok", "failed", "refused")),
            number(median(runs, "prompt_tokens_per_second")), f"{cached / prompts:.0%}" if prompts else "–",
            number(median(runs, "generated_tokens_per_second")), number(rate), first_token, whole,
            resident_words(runs[-1]["resident"]), number(first / rate) if first and rate else "–"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def named(text):
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", type=named, action="append", required=True, metavar="NAME=URL")
    parser.add_argument("--pid", type=named, action="append", default=[], metavar="NAME=PID", help="whose resident set to watch")
    parser.add_argument("--extra", type=named, action="append", default=[], metavar="NAME=JSON", help="more fields for its requests")
    parser.add_argument("--model", help="the model that requests name; the first one that the server lists otherwise")
    parser.add_argument("--key", help="the API key")
    parser.add_argument("--chat", action="store_true", help="ask /v1/chat/completions in place of /v1/completions")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--requests", type=int, default=256, help="in a round; --seconds takes its place")
    parser.add_argument("--seconds", type=float, help="how long a round sends requests; what is under way then is waited for")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--shortest", type=int, default=32, help="tokens of the shortest prompt")
    parser.add_argument("--longest", type=int, default=8000, help="tokens of the longest prompt")
    parser.add_argument("--answer", type=int, default=32, help="most tokens of an answer")
    parser.add_argument("--window", type=int, help="the model's window: longer prompts are made shorter")
    parser.add_argument("--shared", type=float, default=0.0, help="the share of prompts that begin alike")
    parser.add_argument("--shared-tokens", type=int, default=512, help="tokens of a shared beginning")
    parser.add_argument("--beginnings", type=int, default=4, help="how many different ones there are")
    parser.add_argument("--patience", type=float, default=600, help="seconds after which a request counts as failed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="where to write all results")
    options = parser.parse_args()
    pid = {name: int(text) for name, text in options.pid}
    extra = {name: json.loads(text) for name, text in options.extra}
    return options, [Server(name, url, pid.get(name), extra.get(name, {})) for name, url in options.server]


def main():
    options, servers = parsed()
    for server in servers:
        server.model = options.model or first_model(server, options.key)
    per_word = tokens_per_word(servers[0], options.key)
    results = []
    for round_number in range(options.rounds):
        load = Load(options, f"{options.seed} {round_number}", per_word)
        for server in servers:
            print(f"round {round_number + 1}: {server.name}", file=sys.stderr)
            results.append(asyncio.run(Run(server, load, options).drive()).summary())
            for problem in results[-1]["problems"]:
                print(f"  failed: {problem}", file=sys.stderr)
            if options.json:
                written = {"options": vars(options), "tokens_per_word": per_word, "runs": results}
                Path(options.json).write_text(json.dumps(written, indent=1))
    print(table(results, servers))
    return 1 if any(result["failed"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
