"""Measure the writers: speed against bare `generate`, precisions, how fast a stop is, memory over a long conversation.

    python benchmarks/writer.py speed --shape 0.6b          tokens a second, bare and through our path, every precision
    python benchmarks/writer.py stops --shape 0.6b          fifty stops at random moments: milliseconds to the end
    python benchmarks/writer.py turns                       two hundred turns: memory, threads left

Models have random weights: speed depends on their shape alone. Nothing is downloaded. `--json` prints JSON.
"""

import argparse
import gc
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from chatbot.answer.writers import int8, visible
from chatbot.answer.writers.hub import HubWriter
from chatbot.answer.writers.load import ChatModel
from chatbot.config import WritingConfig
from chatbot.types import Prompt, Source, Turn

# Layers, width, feed-forward, heads, key-value heads, size of a head, vocabulary.
SHAPES = {"tiny": (4, 128, 384, 4, 2, 32, 2048), "0.6b": (28, 1024, 3072, 16, 8, 128, 151936)}
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.bfloat16}
SENTENCE = "The tower is 48 metres tall and was built in 1962. "


def chat(shape: str, precision: str) -> ChatModel:
    """Return a model of random weights, in the form in which `load` gives one."""
    from transformers import AutoModelForCausalLM, Qwen3Config

    layers, width, wide, heads, keys, head, words = SHAPES[shape]
    config = Qwen3Config(
        vocab_size=words,
        hidden_size=width,
        intermediate_size=wide,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=keys,
        head_dim=head,
        max_position_embeddings=32768,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=DTYPES[precision]).eval().requires_grad_(False)
    if precision == "int8":
        int8.quantise(model)
    return ChatModel(model, tokenizer(words), "cpu", precision, frozenset(), (), 32768)


def tokenizer(words: int) -> Any:
    """Return a tokenizer whose every number has a text, so that turning tokens to text costs what it costs."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: at for at, piece in enumerate([*letters, *(f"w{n}" for n in range(words - len(letters)))])}
    cut = Tokenizer(models.BPE(vocabulary, []))
    cut.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cut.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=cut)
    made.chat_template = TEMPLATE
    return made


def writer(model: ChatModel, tokens: int) -> HubWriter:
    """Return a writer over a model that is already there."""
    return HubWriter("random", WritingConfig(max_tokens=tokens), loaded=lambda name, precision: model)


def prompt(question: str = "How tall is it?", past: tuple[Turn, ...] = (), sentences: int = 1) -> Prompt:
    """Return a question with one source."""
    return Prompt("Answer from the source.", (Source(1, "Tower", "2024", SENTENCE * sentences),), past, question, "en")


def ours(model: ChatModel, tokens: int) -> float:
    """Return tokens a second from the first piece of an answer to its end."""
    start, count = 0.0, 0
    for piece in writer(model, tokens).stream(prompt()):
        if piece:
            start = start or time.perf_counter()
            count += 1
    return (count - 1) / (time.perf_counter() - start)


def bare(model: ChatModel, tokens: int) -> float:
    """Return tokens a second of `generate`, the reading of the prompt left out."""
    ids = torch.tensor([model.tokenizer(SENTENCE * 4)["input_ids"]])

    def took(most: int) -> float:
        start = time.perf_counter()
        model.model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=most)
        return time.perf_counter() - start

    first = min(took(1) for _ in range(2))
    return (tokens - 1) / (took(tokens) - first)


def speed(options: argparse.Namespace) -> dict[str, Any]:
    """Measure every precision; the two paths take turns, so that both see the same machine."""
    rates: dict[str, Any] = {}
    for precision in options.precision:
        model = chat(options.shape, precision)
        pairs = [(bare(model, options.tokens), ours(model, options.tokens)) for _ in range(options.repeats)]
        best = max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
        rates[precision] = {"generate": round(best[0], 2), "ours": round(best[1], 2), "share": round(best[1] / best[0], 3)}
        del model
        gc.collect()
    return rates


def stops(options: argparse.Namespace) -> dict[str, Any]:
    """Stop at random moments, reading prompt or writing, and take the time until the writer has let go."""
    model, chance = chat(options.shape, options.precision[-1]), random.Random(0)
    written, took = writer(model, 2000), []
    threads, before = 0, 0.0
    for turn in range(-2, options.count):
        stream = written.stream(prompt(f"Question {turn}?", sentences=20))
        asked = time.perf_counter() + chance.uniform(0, options.seconds)
        for _ in stream:
            if time.perf_counter() >= asked:
                break
        stream.close()
        if turn < 0:
            # The model is loaded, and the caches of the allocator are filled, by the first ones.
            threads, before = threading.active_count(), resident()
        else:
            took.append(1000 * (time.perf_counter() - asked))
    return {
        "stops": len(took),
        "p50_ms": round(statistics.median(took), 1),
        "max_ms": round(max(took), 1),
        "threads_left": threading.active_count() - threads,
        "memory_grown_mb": round(resident() - before, 1),
    }


def turns(options: argparse.Namespace) -> dict[str, Any]:
    """Hold a long conversation and watch memory and threads."""
    written = writer(chat(options.shape, options.precision[-1]), options.tokens)
    past: tuple[Turn, ...] = ()
    sizes, times, threads = [], [], 0
    for turn in range(options.count):
        start = time.perf_counter()
        said = "".join(written.stream(prompt(f"Question {turn}?", past)))
        times.append(1000 * (time.perf_counter() - start))
        past = (*past, Turn(f"Question {turn}?", said))
        sizes.append(resident())
        threads = threads or threading.active_count()
    tenth = max(1, options.count // 10)
    return {
        "turns": options.count,
        "memory_mb": {"after a tenth": round(sizes[tenth]), "at the end": round(sizes[-1])},
        "turn_ms": {
            "second tenth": round(statistics.median(times[tenth : 2 * tenth])),
            "last tenth": round(statistics.median(times[-tenth:])),
        },
        "threads_left": threading.active_count() - threads,
    }


def resident() -> float:
    """Return the process's resident memory in MiB, garbage collected."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / (1 << 20)


def main() -> int:
    commands: dict[str, tuple[Callable[[argparse.Namespace], dict[str, Any]], str, int, int]] = {
        "speed": (speed, "0.6b", 0, 32),
        "stops": (stops, "0.6b", 50, 2000),
        "turns": (turns, "tiny", 200, 24),
    }
    parser = argparse.ArgumentParser(description="Measure the writers.")
    parser.add_argument("what", choices=commands)
    parser.add_argument("--shape", choices=SHAPES)
    parser.add_argument("--precision", nargs="+", choices=DTYPES, default=list(DTYPES))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--count", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="stops come within so many")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    run, shape, count, tokens = commands[options.what]
    options.shape, options.count, options.tokens = options.shape or shape, options.count or count, options.tokens or tokens
    torch.set_num_threads(options.threads)
    # Random weights say one thing over and over, which would end every answer early.
    visible.loops = lambda text: False
    made = {"what": options.what, "shape": options.shape, "threads": options.threads, **run(options)}
    print(json.dumps(made) if options.json else "\n".join(f"{name}: {value}" for name, value in made.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
