"""A Whisper model that a test builds and saves: real code and real files, tiny, and what it writes is written into it."""

import json

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperProcessor,
    WhisperTokenizer,
)

MARKS = ["<|startoftranscript|>", "<|en|>", "<|de|>", "<|ja|>", "<|transcribe|>", "<|nospeech|>", "<|notimestamps|>"]
START, STRONG = 4, 20.0
"""Tokens before the text, and how strongly a position wants its token against the one that was just written."""


def tokenizer(marks=MARKS):
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)} | {"<|endoftext|>": len(letters)}, []))
    inner.pre_tokenizer, inner.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    inner.add_special_tokens([AddedToken(mark, special=True) for mark in ("<|endoftext|>", *marks)])
    end = "<|endoftext|>"
    return WhisperTokenizer(tokenizer_object=inner, bos_token=end, eos_token=end, unk_token=end, pad_token=end)


def config(words, positions):
    return WhisperConfig(
        vocab_size=len(words),
        d_model=len(words),
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=1,
        decoder_attention_heads=1,
        encoder_ffn_dim=4,
        decoder_ffn_dim=4,
        max_target_positions=positions,
        pad_token_id=words.eos_token_id,
        bos_token_id=words.eos_token_id,
        eos_token_id=words.eos_token_id,
        decoder_start_token_id=words.convert_tokens_to_ids(MARKS[0]),
    )


def script(model, wanted, sharp):
    """Let each position ask for its tokens, whatever was heard and written before: logits by token and position.

    The decoder's layer adds nothing, embeddings are unit vectors, so what comes out is what the position holds.
    """
    decoder = model.model.decoder
    with torch.no_grad():
        for layer in decoder.layers:
            for linear in (layer.self_attn.out_proj, layer.encoder_attn.out_proj, layer.fc2):
                linear.weight.zero_()
                linear.bias.zero_()
        decoder.embed_tokens.weight.copy_(torch.eye(len(decoder.embed_tokens.weight)))
        decoder.layer_norm.weight.fill_(sharp)
        decoder.embed_positions.weight.zero_()
        for at, tokens in wanted.items():
            for token, strength in tokens.items():
                decoder.embed_positions.weight[at, token] = strength


@pytest.fixture
def make_whisper(tmp_path):
    """Return who saves a model that writes one text, and gives its folder."""

    def make(text="", language="en", absent=0.0, second=None, sharp=1.0, marks=MARKS):
        folder, words = tmp_path / "whisper", tokenizer(marks)
        ids = words(text, add_special_tokens=False).input_ids
        model = WhisperForConditionalGeneration(config(words, START + len(ids) + 40))
        wanted = {START - 1 + at: {token: STRONG} for at, token in enumerate([*ids, words.eos_token_id])}
        for at, letter in (second or {}).items():
            wanted[START - 1 + at][words(letter, add_special_tokens=False).input_ids[0]] = 0.9 * STRONG
        # German is the likeliest, and none of ours.
        likely = [(f"<|{each}|>", how) for each, how in (("de", 12), (language, 10)) if f"<|{each}|>" in marks]
        first = {words.convert_tokens_to_ids(mark): how for mark, how in likely}
        wanted[0] = first | {words.convert_tokens_to_ids(marks[-2]): absent}
        script(model, wanted, sharp)
        model.save_pretrained(folder)
        WhisperProcessor(WhisperFeatureExtractor(), words).save_pretrained(folder)
        assert json.loads((folder / "config.json").read_text("utf-8"))["model_type"] == "whisper"
        return folder

    return make
