import pytest
import torch
from tiny_chats import tokenizer_of

from chatbot.answer.writers.decode import Decoder, Detokenizer
from chatbot.answer.writers.load import load

KINDS = ["qwen3", "llama", "granite", "gemma2"]


@pytest.fixture(scope="module")
def chats(saved):
    return {kind: load(saved(kind), "fp32") for kind in KINDS}


def written(decoder, ids, most=20):
    return [token for token in decoder.tokens(ids, most) if token is not None]


def generated(model, ids, most=20):
    made = model.generate(
        torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), do_sample=False, max_new_tokens=most, eos_token_id=-1
    )
    return made[0, len(ids) :].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_the_tokens_are_those_of_generate(chats, kind):
    ids = list(range(20, 150))
    assert written(Decoder(chats[kind].model), ids) == generated(chats[kind].model, ids)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_remembered_changes_nothing_but_the_work(chats, kind):
    decoder = Decoder(chats[kind].model)
    first, second = list(range(20, 60)), list(range(20, 45)) + list(range(100, 120))
    written(decoder, first, 5)
    if kind != "gemma2":
        assert decoder.remembered == len(first)
    assert written(decoder, second) == written(Decoder(chats[kind].model), second)


def test_only_new_tokens_are_read(chats, monkeypatch):
    decoder, read = Decoder(chats["qwen3"].model), []
    follow = decoder._next
    monkeypatch.setattr(decoder, "_next", lambda tokens, cache: read.append(len(tokens)) or follow(tokens, cache))
    written(decoder, list(range(20, 60)), 0)
    written(decoder, [*range(20, 55), 99, 98], 0)
    assert (sum(read), read[-1]) == (42, 2)


def test_the_same_prompt_again_reads_one_token(chats, monkeypatch):
    decoder, read = Decoder(chats["qwen3"].model), []
    ids = list(range(20, 60))
    first = written(decoder, ids)
    follow = decoder._next
    monkeypatch.setattr(decoder, "_next", lambda tokens, cache: read.append(len(tokens)) or follow(tokens, cache))
    assert written(decoder, ids) == first
    assert read[0] == 1


def test_closing_frees_what_was_written_and_keeps_the_prompt(chats):
    decoder, ids = Decoder(chats["qwen3"].model), list(range(20, 60))
    tokens = decoder.tokens(ids, 1000)
    for _ in range(30):
        next(tokens)
    tokens.close()
    assert decoder.remembered == len(ids)
    keys = decoder._kept[1].layers[0].keys
    assert keys.shape[-2] == len(ids)
    assert keys.untyped_storage().nbytes() == keys.numel() * keys.element_size()


def test_closing_while_the_prompt_is_read_keeps_what_was_read(chats):
    decoder, ids = Decoder(chats["qwen3"].model), list(range(20, 220))
    tokens = decoder.tokens(ids, 10)
    assert next(tokens) is None
    tokens.close()
    assert 0 < decoder.remembered < len(ids)
    assert written(decoder, ids) == generated(chats["qwen3"].model, ids)


def test_after_an_error_midway_nothing_is_remembered(chats, monkeypatch):
    decoder = Decoder(chats["qwen3"].model)
    follow, calls = decoder._next, []

    def fails(tokens, cache):
        calls.append(1)
        if len(calls) == 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return follow(tokens, cache)

    monkeypatch.setattr(decoder, "_next", fails)
    with pytest.raises(torch.OutOfMemoryError):
        written(decoder, list(range(20, 60)))
    assert decoder.remembered == 0


def test_an_end_token_ends_it(chats):
    ids = list(range(20, 60))
    free = written(Decoder(chats["qwen3"].model), ids)
    stopped = written(Decoder(chats["qwen3"].model, frozenset({free[4]})), ids)
    assert stopped == free[: free.index(free[4])]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["The tower, 48 m: 「高い」。", "絵文字 🗼 と é", " two  spaces\n\nand lines\n"])
def test_pieces_join_to_the_text_and_hold_no_broken_character(kind, text):
    tokenizer = tokenizer_of(kind)
    detokenizer = Detokenizer(tokenizer)
    pieces = [detokenizer.push(token) for token in tokenizer(text, add_special_tokens=False)["input_ids"]]
    assert "".join(pieces) == text
    assert not any("\ufffd" in piece for piece in pieces)


def test_bytes_that_never_make_a_character_do_not_hold_the_rest_back():
    tokenizer = tokenizer_of("qwen3")
    half = tokenizer.convert_tokens_to_ids("Ń")
    detokenizer = Detokenizer(tokenizer)
    pieces = [detokenizer.push(half) for _ in range(30)]
    assert sum(bool(piece) for piece in pieces) >= 3
