#!/usr/bin/env python3
"""Checks `apus serve` with the official Python client of OpenAI, unchanged, and with schemathesis against the server's own description.

  check-server.py [--apus PROGRAM] [--model FILE] [--seconds N] [--only client|description]

Needs openai and schemathesis (PyPI). With a model whose template knows tools, calls of them are checked too.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import openai

from serving.running import server

ROOT = Path(__file__).resolve().parent.parent
# Longer than a page, so that what was read of it is kept.
QUESTION = [{"role": "user", "content": "The box is red. " * 30 + "What is the colour of the box?"}]
TOOL = {"type": "function", "function": {"name": "weather", "description": "The weather of a city.", "parameters": {
    "type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"], "additionalProperties": False}}}
SCHEMA = {"type": "object", "properties": {"colour": {"enum": ["red", "green"]}, "sure": {"type": "boolean"}},
          "required": ["colour", "sure"], "additionalProperties": False}


# The client

def check_models(client, model):
    assert [one.id for one in client.models.list()] == [model]
    assert client.models.retrieve(model).id == model


def check_chat(client, model):
    arguments = {"model": model, "messages": QUESTION, "temperature": 0, "max_completion_tokens": 16}
    whole = client.chat.completions.create(**arguments)
    assert whole.choices[0].message.role == "assistant" and whole.choices[0].finish_reason in ("stop", "length")
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    again = client.chat.completions.create(**arguments)
    assert again.usage.prompt_tokens_details.cached_tokens > 0
    chunks = list(client.chat.completions.create(**arguments, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content, (text, whole.choices[0].message.content)
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    if whole.choices[0].finish_reason == "stop":  # the client refuses to put together what was cut off
        with client.chat.completions.stream(**arguments) as stream:
            assert stream.get_final_completion().choices[0].message.content == text


def check_replies(client, model):
    drawn = {"model": model, "messages": QUESTION, "temperature": 1.2, "seed": 5, "n": 3, "max_tokens": 8}
    first, second = client.chat.completions.create(**drawn), client.chat.completions.create(**drawn)
    assert [one.index for one in first.choices] == [0, 1, 2]
    assert [one.message.content for one in first.choices] == [one.message.content for one in second.choices]


def check_completions(client, model):
    whole = client.completions.create(model=model, prompt="One, two, three,", max_tokens=8, temperature=0)
    chunks = client.completions.create(model=model, prompt="One, two, three,", max_tokens=8, temperature=0, stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
    several = client.completions.create(model=model, prompt=["a", "b"], n=2, max_tokens=2)
    assert [one.index for one in several.choices] == [0, 1, 2, 3]
    text = whole.choices[0].text
    if len(text) > 2:
        stopped = client.completions.create(model=model, prompt="One, two, three,", max_tokens=8, temperature=0, stop=[text[2]])
        assert text[2] not in stopped.choices[0].text and stopped.choices[0].finish_reason == "stop"


def check_probabilities(client, model):
    reply = client.chat.completions.create(
        model=model, messages=QUESTION, temperature=0, max_tokens=4, logprobs=True, top_logprobs=3).choices[0]
    assert len(reply.logprobs.content) > 0
    for token in reply.logprobs.content:
        assert token.logprob <= 0 and len(token.top_logprobs) == 3
        assert token.top_logprobs[0].logprob >= token.logprob
    old = client.completions.create(model=model, prompt="One, two,", temperature=0, max_tokens=3, logprobs=2).choices[0].logprobs
    assert len(old.tokens) == len(old.token_logprobs) == len(old.text_offset) == 3 and len(old.top_logprobs[0]) >= 2


def check_forms(client, model):
    form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    for temperature in (0, 1.5):
        reply = client.chat.completions.create(model=model, messages=QUESTION, temperature=temperature, seed=3, response_format=form)
        value = json.loads(reply.choices[0].message.content)
        assert set(value) == {"colour", "sure"} and value["colour"] in ("red", "green") and isinstance(value["sure"], bool), value
    reply = client.chat.completions.create(
        model=model, messages=QUESTION, seed=1, max_tokens=200, response_format={"type": "json_object"})
    if reply.choices[0].finish_reason == "stop":
        assert isinstance(json.loads(reply.choices[0].message.content), dict)


def check_tools(client, model):
    """A model whose template knows no tools refuses them; any other is held to the call."""
    arguments = {"model": model, "messages": QUESTION, "tools": [TOOL],
                 "tool_choice": {"type": "function", "function": {"name": "weather"}}, "temperature": 0, "max_tokens": 200}
    try:
        reply = client.chat.completions.create(**arguments).choices[0]
    except openai.BadRequestError as error:
        assert "tools" in error.message
        return "the model's template knows no tools, and the server says so"
    call = reply.message.tool_calls[0]
    assert reply.finish_reason == "tool_calls" and call.function.name == "weather"
    assert set(json.loads(call.function.arguments)) == {"city"}
    chunks = list(client.chat.completions.create(**arguments, stream=True))
    calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
    assert calls[0].function.name == "weather"
    result = [*QUESTION, reply.message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "Sun."}]
    client.chat.completions.create(model=model, messages=result, tools=[TOOL], max_tokens=4)
    return None


def check_embeddings(client, model):
    """The client asks for base64 unless told otherwise."""
    texts = ["Who keeps the key?", "The miller has it."]
    coded = client.embeddings.create(model=model, input=texts)
    plain = client.embeddings.create(model=model, input=texts, encoding_format="float")
    assert [one.index for one in coded.data] == [0, 1] and coded.usage.prompt_tokens == coded.usage.total_tokens > 0
    for one, other in zip(coded.data, plain.data):
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding, strict=True)) < 1e-7
        assert abs(sum(number * number for number in one.embedding) - 1) < 1e-4


def check_errors(client, model):
    for arguments, kind in (({"model": "no-such-model"}, openai.NotFoundError), ({"temperature": -1}, openai.BadRequestError),
                            ({"extra_body": {"no_such_parameter": 1}}, openai.BadRequestError)):
        try:
            client.chat.completions.create(**{"model": model, "messages": QUESTION} | arguments)
        except kind as error:
            assert error.body["message"]
        else:
            raise AssertionError(f"{arguments} was taken")


CHECKS = [check_models, check_chat, check_replies, check_completions, check_probabilities, check_forms, check_tools, check_embeddings,
          check_errors]


def check_client(running):
    client = openai.OpenAI(base_url=running.url + "/v1", api_key="none", max_retries=0)
    failures = 0
    for check in CHECKS:
        try:
            remark = check(client, running.model)
            print(f"ok      {check.__name__}" + (f": {remark}" if remark else ""))
        except Exception as error:  # every check is to be run
            failures += 1
            print(f"FAILED  {check.__name__}: {type(error).__name__}: {error}")
    return failures


# The description

def check_description(running, seconds):
    """What schemathesis makes up by the description must be answered as described.

    Left out: that whatever the description allows is accepted, since a method or a template may refuse it, by a sentence.
    """
    program = Path(sys.executable).with_name("schemathesis")
    return subprocess.run([
        program, "run", running.url + "/openapi.json", "--max-time", str(seconds), "--exclude-checks", "positive_data_acceptance",
        "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
        "--request-timeout", "300", "--continue-on-failure"], cwd=ROOT, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--apus", default=ROOT / ".build/release/apus")
    parser.add_argument("--model", help="the model to serve; the built-in one without it")
    parser.add_argument("--seconds", type=int, default=120, help="how long to make up requests")
    parser.add_argument("--only", choices=["client", "description"])
    arguments = parser.parse_args()
    failures = 0
    model = arguments.model or str(ROOT / "Sources/BuiltInModel/Resources/built-in.gguf")
    with server(arguments.apus, "--model", model, "--embedding-model", model, "--embedding-pooling", "mean") as running:
        if arguments.only != "description":
            failures += check_client(running)
        if arguments.only != "client":
            failures += check_description(running, arguments.seconds)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
