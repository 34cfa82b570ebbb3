#!/usr/bin/env python3
"""Does to `apus serve` what clients and machines do on their worst days, and checks that it stays up, or is there again, whole.

  check-server-faults.py [--apus PROGRAM] [--model FILE] [--connections N] [--rounds N]

Clients that vanish in the midst of a stream, half-sent requests, thousands of idle connections, malformed requests, and kill -9 while
texts are uploaded, read and saved. Needs nothing but Python.
"""

import argparse
import http.client
import json
import random
import resource
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from serving.running import Running, server

ROOT = Path(__file__).resolve().parent.parent
TEXT = "The lighthouse was built by Ada. " + "The sea is wide and the wind is cold. " * 600


def request(running, method, path, value=None, timeout=60):
    """One request. Returns its status and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=timeout)
    try:
        body = None if value is None else json.dumps(value)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def metric(running, name):
    """The value of a metric without labels, or of one written with them."""
    for line in request(running, "GET", "/metrics")[1].splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError(f"there is no metric {name}")


def settled(running, name, value, seconds=20):
    """Waits until a metric has a value."""
    deadline = time.monotonic() + seconds
    while metric(running, name) != value:
        assert time.monotonic() < deadline, f"{name} is {metric(running, name)}, not {value}"
        time.sleep(0.05)


def alive(running):
    assert request(running, "GET", "/health")[0] == 200
    assert request(running, "POST", "/v1/completions", {"prompt": "One, two,", "max_tokens": 2, "temperature": 0})[0] == 200


def raw(running, data, shut=True):
    """Sends bytes and goes away, or stays for an answer."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(data)
        if shut:
            return b""
        connection.settimeout(20)
        try:
            return connection.recv(4096)
        except (TimeoutError, ConnectionError):
            return b""


# Clients

def check_vanishing(running, arguments):
    """Clients that leave a stream after some bytes, and before the first."""
    body = json.dumps({"prompt": "Once upon a time", "max_tokens": 800, "temperature": 1, "stream": True})
    data = f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    def visit(number):
        with socket.create_connection(("127.0.0.1", running.port), timeout=60) as connection:
            connection.sendall(data)
            if number % 2:
                connection.recv(500)
            if number % 3 == 0:  # a reset in place of an orderly end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    visitors = [threading.Thread(target=visit, args=[number]) for number in range(30)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    settled(running, "apus_generations_running", 0)
    settled(running, "apus_generations_waiting", 0)


def check_half_sent(running, arguments):
    """Requests that end in the midst of the head or of the body."""
    whole = b'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n{"prompt": "One", "max_tokens": 2      }'
    for end in range(1, len(whole) - 1, 3):
        raw(running, whole[:end])
    settled(running, "apus_request_body_bytes", 0)


def check_malformed(running, arguments):
    """What is no HTTP, no JSON, no form, or damaged at random."""
    generator = random.Random(arguments.seed)
    body = b'{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1, "temperature": 0}'
    for _ in range(200):
        damaged = bytearray(body)
        for _ in range(generator.randint(1, 4)):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        answer = raw(
            running, b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(damaged)
            + bytes(damaged), shut=False)
        assert answer.split(b" ")[1:2] in ([b"200"], [b"400"], [b"404"]), answer
    for line in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"A" * 100_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n"):
        try:
            raw(running, line, shut=False)
        except ConnectionError:
            pass  # refused in the midst of it
    deep = b"[" * 100_000
    assert b" 400 " in raw(running, b"POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" + deep, shut=False)


def check_idle(running, arguments):
    """Thousands of connections that were opened and left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(arguments.connections, hard - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 100)), hard))
    opened = []
    try:
        for number in range(count):
            connection = socket.create_connection(("127.0.0.1", running.port), timeout=20)
            if number % 2:
                connection.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: local")
            opened.append(connection)
        start = time.monotonic()
        alive(running)
        return f"{count} connections opened, {int(metric(running, 'apus_connections'))} kept, served in {time.monotonic() - start:.2f} s"
    finally:
        for connection in opened:
            connection.close()


def check_slow_reader(running, arguments):
    """A client that asks for much and reads nothing holds up nobody."""
    body = json.dumps({"prompt": "Once", "n": 16, "max_tokens": 400, "temperature": 1, "stream": True, "logprobs": None})
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", running.port))
    connection.sendall(f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    alive(running)
    connection.close()
    settled(running, "apus_generations_running", 0)


CHECKS = [check_vanishing, check_half_sent, check_malformed, check_slow_reader, check_idle]


# Kill -9

def upload(running):
    try:
        status, body = request(running, "POST", "/v1/readings", {"text": TEXT, "name": "lighthouse.txt"})
        return json.loads(body)["id"] if status == 202 else None
    except (OSError, http.client.HTTPException):
        return None


def readings(running):
    return {one["id"]: one for one in json.loads(request(running, "GET", "/v1/readings")[1])["data"]}


def wait_ready(running, seconds=120):
    deadline = time.monotonic() + seconds
    while any(one["status"] in ("queued", "reading") for one in readings(running).values()):
        assert time.monotonic() < deadline, "readings do not get ready"
        time.sleep(0.1)
    return readings(running)


def check_kills(arguments, options):
    """Kills the server at random moments of uploads and readings; what was confirmed is there again, and ready in the end."""
    generator = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        options = [*options, "--data", folder]
        confirmed, answered = set(), {}
        for _ in range(arguments.rounds):
            running = Running(arguments.apus, options, None if arguments.verbose else -3)
            found = readings(running)
            assert confirmed <= set(found), "a reading that was confirmed is gone"
            assert all(found[one]["status"] == "ready" for one in answered), "a reading that was ready is not any more"
            uploads = threading.Thread(target=lambda: [confirmed.add(one) for one in (upload(running) for _ in range(3)) if one])
            uploads.start()
            time.sleep(generator.uniform(0, 1.5))
            try:
                answered |= {one: None for one, reading in readings(running).items() if reading["status"] == "ready"}
            except (OSError, http.client.HTTPException):
                pass
            running.kill()
            uploads.join()
        with server(arguments.apus, *options) as running:
            ready = wait_ready(running)
            assert confirmed <= set(ready) and all(one["status"] == "ready" for one in ready.values()), ready
            one = next(iter(ready))
            status, answer = request(running, "POST", f"/v1/readings/{one}/ask", {"question": "Who built the lighthouse?"})
            assert status == 200, answer
            for one in ready:
                assert request(running, "DELETE", f"/v1/readings/{one}")[0] == 200
        left = [path.name for path in (Path(folder) / "readings").iterdir()]
        assert not left, left
        return f"{arguments.rounds} kills, {len(ready)} readings, all of them whole"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--apus", default=ROOT / ".build/release/apus")
    parser.add_argument("--model", help="the model to serve; the built-in one without it")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=10, help="how often to kill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="show the server's log")
    arguments = parser.parse_args()
    options = ["--method", "streaming", *(["--model", arguments.model] if arguments.model else [])]
    failures = 0

    def report(name, work):
        nonlocal failures
        try:
            remark = work()
            print(f"ok      {name}" + (f": {remark}" if remark else ""), flush=True)
        except Exception as error:  # every check is to be run
            failures += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)

    with server(arguments.apus, *options, log=None if arguments.verbose else -3) as running:
        for check in CHECKS:
            report(check.__name__, lambda check=check: check(running, arguments))
            report("alive after " + check.__name__, lambda: alive(running))
    report("check_kills", lambda: check_kills(arguments, options))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
