"""A model's folder becomes an encoder: unit rows for any text, and nothing in the folder is ever run."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.errors import ModelError
from chatbot.retrieve.encode import SentenceEncoder, fingerprint

TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "english": "The tower is 48 metres tall.",
    "japanese": "大橋の長さは1200メートルです。",
    "unknown scripts": "ᚠᚢᚦ ꙮ 𒀀𒁀 ሰላም",
    "right to left": "שלום עולם مرحبا",
    "emoji": "😊👩‍👩‍👧‍👦",
    "control": "\0\x01\x1b[31m",
    "surrogates": "half \ud83d of a pair \udc80",
    "long": "tower " * 17_000,
}


@pytest.fixture(scope="module")
def tiny(model_folder):
    return SentenceEncoder(str(model_folder))


@pytest.fixture
def copied(model_folder, tmp_path):
    return shutil.copytree(model_folder, tmp_path / "model")


@pytest.mark.parametrize("kind", ["query", "passage"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_has_a_unit_row(tiny, text, kind):
    rows = tiny.encode([text], kind)
    assert (rows.dtype, rows.shape) == (np.float32, (1, 32))
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-3)


def test_rows_stand_in_the_order_of_their_texts(tiny):
    texts = list(TEXTS.values())
    together = tiny.encode(texts, "passage")
    assert together.shape == (len(texts), 32)
    for row, text in zip(together, texts, strict=True):
        # Padding and, where the processor has it, bfloat16 move a cosine by very little.
        assert float(row @ tiny.encode([text], "passage")[0]) > 0.995


def test_a_question_asked_again_has_the_very_same_vector(tiny):
    first = tiny.encode(["How tall is it?"], "query")
    assert np.array_equal(tiny.encode(["How tall is it?"], "query"), first)
    assert not np.array_equal(tiny.encode(["How old is it?"], "query"), first)


def test_threads_do_not_disturb_each_other(tiny):
    texts = ["word " * (n % 50) + str(n) for n in range(100)]
    alone = [tiny.encode([text, "x"], "passage") for text in texts]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda text: tiny.encode([text, "x"], "passage"), texts))
    np.testing.assert_array_equal(np.array(together), np.array(alone))


def test_prefixes_are_put_before_their_kind_of_text(model_folder, tiny):
    prefixed = SentenceEncoder(str(model_folder), query_prefix="crab ", passage_prefix="lamp ")
    assert np.array_equal(prefixed.encode(["tower"], "query"), tiny.encode(["crab tower"], "query"))
    assert np.array_equal(prefixed.encode(["tower"], "passage"), tiny.encode(["lamp tower"], "passage"))


@pytest.fixture
def in_parts(cross_folder, tmp_path):
    """A folder whose weights are in two files, as the package's own are."""
    return shutil.copytree(cross_folder.parent / "encoder", tmp_path / "parts")


def test_weights_in_two_files_are_read_whole(in_parts):
    rows = SentenceEncoder(str(in_parts)).encode(list(TEXTS.values()), "passage")
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert len(np.unique(rows.round(3), axis=0)) > len(TEXTS) // 2


# --- what cannot be loaded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "no such model", "half \udc80", "a\0b", "x" * 3000])
def test_an_unknown_model_is_told_with_the_remedy(name):
    with pytest.raises(ModelError, match=r"Cannot load the model .*[^.]\. Name a folder or a model id"):
        SentenceEncoder(name)


@pytest.mark.parametrize("spoil", ["model.safetensors", "config.json", "modules.json"])
def test_a_damaged_folder_is_told(copied, spoil):
    (copied / spoil).write_bytes(b"garbage")
    with pytest.raises(ModelError, match="Cannot load the model"):
        SentenceEncoder(str(copied))


@pytest.mark.parametrize("spoil", ["embeddings.safetensors", "layers.safetensors", "model.safetensors.index.json"])
def test_a_damaged_or_missing_part_is_told(in_parts, spoil):
    (in_parts / spoil).write_bytes(b"garbage")
    with pytest.raises(ModelError, match="Cannot load the model"):
        SentenceEncoder(str(in_parts))
    (in_parts / spoil).unlink()
    with pytest.raises(ModelError, match="Cannot load the model"):
        SentenceEncoder(str(in_parts))


def test_an_empty_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError, match="Cannot load the model"):
        SentenceEncoder(str(tmp_path))


# --- nothing in a folder is run --------------------------------------------------------------------------------------


def planted(folder):
    """Put code into a model's folder that leaves a trace when it runs, and return the trace's place."""
    trace = folder / "trace"
    code = (
        f"open({str(trace)!r}, 'w').close()\nfrom sentence_transformers.sentence_transformer.modules import Transformer\n"
        "class Evil(Transformer): pass\nclass EvilConfig: pass\n"
    )
    for name in ("evil.py", "modeling_evil.py", "configuration_evil.py"):
        (folder / name).write_text(code, encoding="utf-8")
    return trace


@pytest.mark.parametrize("kind", ["evil.Evil", "modeling_evil.Evil"])
def test_code_named_in_the_list_of_modules_is_not_run(copied, kind):
    trace = planted(copied)
    modules = json.loads((copied / "modules.json").read_text("utf-8"))
    modules[0]["type"] = kind
    (copied / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ModelError):
        SentenceEncoder(str(copied))
    assert not trace.exists()


def test_code_named_in_the_configuration_is_not_run(copied):
    trace = planted(copied)
    config = json.loads((copied / "config.json").read_text("utf-8"))
    automatic = {"AutoConfig": "configuration_evil.EvilConfig", "AutoModel": "modeling_evil.Evil"}
    (copied / "config.json").write_text(json.dumps({**config, "model_type": "evil", "auto_map": automatic}), encoding="utf-8")
    with pytest.raises(ModelError):
        SentenceEncoder(str(copied))
    assert not trace.exists()


def test_pickled_weights_are_not_loaded(copied):
    class Trap:
        def __reduce__(self):
            return open, (str(copied / "trace"), "w")

    import torch

    torch.save(Trap(), copied / "pytorch_model.bin")
    (copied / "model.safetensors").unlink()
    with pytest.raises(ModelError):
        SentenceEncoder(str(copied))
    assert not (copied / "trace").exists()


# --- which model it is -----------------------------------------------------------------------------------------------


def test_the_same_model_elsewhere_is_the_same(model_folder, copied):
    assert fingerprint(str(copied)) == fingerprint(str(model_folder))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_other_weights_words_or_pooling_are_another_model(copied, name):
    before = fingerprint(str(copied))
    data = bytearray((copied / name).read_bytes())
    data[-2] ^= 1
    (copied / name).write_bytes(data)
    assert fingerprint(str(copied)) != before


def test_prefixes_belong_to_a_model():
    marks = [fingerprint("a"), fingerprint("b"), fingerprint("a", "q: "), fingerprint("a", "", "q: "), fingerprint("\udc80")]
    assert len(set(marks)) == 5
