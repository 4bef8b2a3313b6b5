"""Our arithmetic of BERT is the library's, for the package's own weights as for others."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

import chatbot
from chatbot.bert import SHARDS, bert, listed_weights
from chatbot.retrieve.encode import SentenceEncoder
from chatbot.retrieve.own import OwnEncoder

OWN = Path(chatbot.__file__).parent / "weights" / "encoder"
TEXTS = [
    "",
    " ",
    "What is NAIRR?",
    "アメリカへの提言の3つの柱は何ですか？",
    "long " * 600,
    "half \ud83d of a pair",
    "[SEP] [MASK]",
]


@pytest.fixture(scope="module")
def standard():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        sizes = {"vocab_size": 50, "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4}
        return BertModel(BertConfig(**sizes, intermediate_size=48, initializer_range=0.4)).eval()


@pytest.fixture
def folder(standard, tmp_path):
    weights = {name: value.contiguous() for name, value in standard.state_dict().items()}
    save_file(weights, tmp_path / "all.safetensors")
    (tmp_path / SHARDS).write_text(json.dumps({"weight_map": dict.fromkeys(weights, "all.safetensors")}), encoding="utf-8")
    (tmp_path / "config.json").write_text(standard.config.to_json_string(), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("width", [1, 2, 17, 200])
def test_tokens_and_rows_come_out_as_from_the_library(standard, folder, width):
    ours = bert(folder, listed_weights(folder))
    ids = torch.randint(1, 50, (3, width), generator=torch.Generator().manual_seed(width))
    attention = torch.ones_like(ids)
    attention[1, width // 2 + 1 :] = 0
    types = (torch.arange(width) > width // 3).long().expand(3, -1)
    with torch.inference_mode():
        wanted = standard(input_ids=ids, attention_mask=attention, token_type_ids=types)
        state = ours.read(ids, attention, types)
    there = attention.bool()
    torch.testing.assert_close(state[there], wanted.last_hidden_state[there], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(ours.pooled(state), wanted.pooler_output, atol=1e-5, rtol=1e-4)


def test_the_packages_encoder_gives_what_sentence_transformers_gives():
    ours, theirs = OwnEncoder(OWN), SentenceEncoder(str(OWN))
    for kind in ("query", "passage"):
        rows, wanted = ours.encode(TEXTS, kind), theirs.encode(TEXTS, kind)
        assert rows.dtype == np.float32
        np.testing.assert_allclose((rows * wanted).sum(1), 1, atol=1e-4)
    assert np.array_equal(ours.encode(["one"], "query"), ours.encode(["one"], "query"))


@pytest.mark.parametrize(
    ("name", "value"), [("model_type", "roberta"), ("hidden_act", "relu"), ("position_embedding_type", "relative_key")]
)
def test_another_kind_of_network_is_refused(folder, name, value):
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, name: value}), encoding="utf-8")
    with pytest.raises(ValueError, match="not of such a BERT"):
        bert(folder, listed_weights(folder))


def test_a_missing_weight_or_one_of_another_size_is_named(folder):
    weights = listed_weights(folder)
    for name in ("embeddings.word_embeddings.weight", "encoder.layer.2.attention.self.key.weight"):
        with pytest.raises(ValueError, match=name):
            bert(folder, {**weights, name: weights[name][:-1]})
        with pytest.raises(ValueError, match=name):
            bert(folder, {key: value for key, value in weights.items() if key != name})
