#!/usr/bin/env python3
"""Reads prompts of given lengths with OpenVINO GenAI and generates behind them: the rates that beside-peers.py compares.

  openvino-rates.py MODEL.gguf [--threads N] [--prompts N,N,...] [--decode N] [--property NAME=VALUE ...]

Prints one JSON object a line with the keys of `apus bench --json`: for every length a "prefill" (tokens over the time to the first
token) and, with --decode, a "decode" at the depth of that prompt. The paged backend reads 512 tokens at a time, as Apus does; keys
and values are kept in the library's own choice of type unless a property such as KV_CACHE_PRECISION says otherwise.
"""

import argparse
import json
import sys

import numpy
import openvino
import openvino_genai


def pipeline(options):
    longest = max(options.prompts) + options.decode + 1
    scheduler = openvino_genai.SchedulerConfig()
    scheduler.max_num_batched_tokens = 512
    scheduler.enable_prefix_caching = False
    scheduler.num_kv_blocks = longest // 16 + 64  # blocks hold 16 tokens or more
    properties = dict(setting.split("=", 1) for setting in options.property)
    return openvino_genai.LLMPipeline(
        options.model, "CPU", scheduler_config=scheduler, INFERENCE_NUM_THREADS=options.threads, **properties)


def generate(model, length, count):
    """Metrics of one run over random tokens."""
    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = count
    config.ignore_eos = True
    config.do_sample = False
    tokens = numpy.random.default_rng(length).integers(1000, 30000, (1, length), dtype=numpy.int64)
    inputs = openvino_genai.TokenizedInputs(openvino.Tensor(tokens), openvino.Tensor(numpy.ones_like(tokens)))
    return model.generate(inputs, config).perf_metrics


def show(test, tokens, depth, rate):
    print(json.dumps({"test": test, "tokens": tokens, "depth": depth, "tokens_per_second": rate}), flush=True)


def numbers(text):
    return [int(part) for part in text.split(",")]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompts", type=numbers, default=[512])
    parser.add_argument("--decode", type=int, default=0)
    parser.add_argument("--warm-up", type=int, default=64, help="tokens of a prompt that is read before; 0: none")
    parser.add_argument("--property", action="append", default=[])
    return parser.parse_args()


def main():
    options = parse()
    model = pipeline(options)
    if options.warm_up:
        generate(model, options.warm_up, 2)
    for length in options.prompts:
        metrics = generate(model, length, options.decode + 1)
        show("prefill", length, 0, 1000 * length / metrics.get_ttft().mean)
        if options.decode:
            show("decode", options.decode, length, 1000 / metrics.get_tpot().mean)


if __name__ == "__main__":
    sys.exit(main())
