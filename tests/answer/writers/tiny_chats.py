"""Tiny chat models of real architectures, with real tokenizers and chat templates, saved as a hub would hold them."""

from functools import cache

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from chatbot.types import Prompt, Source, Turn

TEXT = """The harbour tower was finished in March 1962. It is 48 metres tall and carries a white lamp.
The library lends 52,000 books, half of them for children. Answer from the numbered sources. Question: Sources:
図書館は5万2千冊の本を貸し出しており、半分は子ども向けです。館内で読むのは無料です。平日は九時に開きます。出典: 質問:
大橋の長さは1200メートルです。大橋は2004年に完成しました。<source n="1" title="" date="2024-05-17"></source>
"""
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
INST = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}"
    "{% elif m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}</s>{% endif %}{% endfor %}"
)
ROLES = (
    "{% for m in messages %}<|start_of_role|>{{ m.role }}<|end_of_role|>{{ m.content }}<|end_of_text|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start_of_role|>assistant<|end_of_role|>{% endif %}"
)
SPECIAL = {
    "qwen3": (["<|endoftext|>", "<|im_start|>", "<|im_end|>"], CHATML, "<|endoftext|>"),
    "llama": (["<unk>", "<s>", "</s>", "[INST]", "[/INST]"], INST, "</s>"),
    "granite": (["<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"], ROLES, "<|end_of_text|>"),
    "gemma2": (["<pad>", "<bos>", "<|im_start|>", "<|im_end|>", "<eos>"], CHATML, "<eos>"),
}
SIZES = {
    "vocab_size": 512,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 4096,
    "initializer_range": 0.3,
}


def config_of(kind):
    from transformers import Gemma2Config, GraniteConfig, LlamaConfig, Qwen3Config

    if kind == "granite":
        return GraniteConfig(**{name: size for name, size in SIZES.items() if name != "head_dim"})
    made = {"qwen3": Qwen3Config, "llama": LlamaConfig, "gemma2": Gemma2Config}[kind]
    extra = {"sliding_window": 64} if kind == "gemma2" else {"tie_word_embeddings": kind == "qwen3"}
    return made(**SIZES, **extra)


def tokenizer_of(kind):
    from transformers import PreTrainedTokenizerFast

    special, template, end = SPECIAL[kind]
    cut = Tokenizer(models.BPE())
    cut.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cut.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    cut.train_from_iterator(
        TEXT.splitlines(), trainers.BpeTrainer(vocab_size=500, special_tokens=special, initial_alphabet=alphabet)
    )
    names = {"eos_token": end} | ({"bos_token": "<s>"} if kind == "llama" else {})
    made = PreTrainedTokenizerFast(tokenizer_object=cut, additional_special_tokens=special, **names)
    made.chat_template = template
    return made


def save(kind, folder, template=True):
    """Save a model with random weights that mean nothing and are the same every time."""
    from transformers import AutoModelForCausalLM

    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = AutoModelForCausalLM.from_config(config_of(kind))
    tokenizer = tokenizer_of(kind)
    if not template:
        tokenizer.chat_template = None
    # Random models would end at a random token; only a few tests want that.
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@cache
def sources(count=3):
    return tuple(
        Source(n, f"Paper {n}", "2024-05-17", f"The tower {n} is {40 + n} metres tall. It was built in {1960 + n}.")
        for n in range(1, count + 1)
    )


def prompt(question="How tall is the tower?", past=(), texts=None, language="en", instructions="Answer from the sources."):
    given = sources() if texts is None else tuple(Source(n, "T", "2024", text) for n, text in enumerate(texts, 1))
    turns = tuple(Turn(asked, answered) for asked, answered in past)
    return Prompt(instructions, given, turns, question, language)
