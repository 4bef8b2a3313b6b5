import json
import shutil
from pathlib import Path

import pytest

from chatbot.answer.writers.candidates import cached, candidate


def kept(cache, name, folder, kind="models", revision="a" * 40):
    """Put a saved model into a cache as the hub's library would."""
    repository = cache / f"{kind}--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / revision
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir(exist_ok=True)
    (repository / "refs").mkdir(exist_ok=True)
    (repository / "refs" / "main").write_text(revision, "ascii")
    for file in Path(folder).iterdir():
        blob = repository / "blobs" / f"{revision[:4]}-{file.name}"
        shutil.copy(file, blob)
        (snapshot / file.name).symlink_to(blob)
    return snapshot


def names(cache):
    return [each.name for each in cached("fp32", 100, cache)]


def test_chat_models_of_the_cache_are_found_with_their_cost(saved, tmp_path):
    kept(tmp_path, "zeta/chat", saved("qwen3"))
    kept(tmp_path, "alpha/chat", saved("llama"))
    found = list(cached("fp32", 100, tmp_path))
    assert [each.name for each in found] == ["hub:alpha/chat", "hub:zeta/chat"]
    assert all(each.cost.weights > 100_000 for each in found)


def test_what_cannot_write_is_left_out(saved, tmp_path):
    kept(tmp_path, "a/no-template", saved("qwen3", template=False))
    kept(tmp_path, "a/data", saved("qwen3"), kind="datasets")
    encoder = kept(tmp_path, "a/encoder", saved("qwen3"))
    config = json.loads((encoder / "config.json").read_text("utf-8"))
    (encoder / "config.json").unlink()
    (encoder / "config.json").write_text(json.dumps({**config, "architectures": ["BertModel"]}), "utf-8")
    assert names(tmp_path) == []


def test_a_model_whose_files_are_not_all_there_is_left_out(saved, tmp_path):
    kept(tmp_path, "a/dangling", saved("qwen3"))
    next((tmp_path / "models--a--dangling" / "blobs").glob("*model.safetensors")).unlink()
    sharded = kept(tmp_path, "a/sharded", saved("qwen3"))
    index = {"weight_map": {"x": "model-1.safetensors", "y": "model-2.safetensors"}}
    (sharded / "model.safetensors").rename(sharded / "model-1.safetensors")
    (sharded / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    assert names(tmp_path) == []


def test_the_newest_whole_revision_counts(saved, tmp_path):
    kept(tmp_path, "a/chat", saved("qwen3"))
    broken = kept(tmp_path, "a/chat", saved("llama"), revision="b" * 40)
    (broken / "model.safetensors").unlink()
    assert names(tmp_path) == ["hub:a/chat"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"architectures": 3}', '{"architectures": ["XForCausalLM"]}'])
def test_a_broken_config_is_no_model(saved, tmp_path, content):
    folder = shutil.copytree(saved("qwen3"), tmp_path / "model")
    (folder / "config.json").write_text(content, "utf-8")
    found = candidate("hub:x", folder, "fp32", 10)
    # Only the sizes of the conversation are missing in the last one.
    assert (found is not None) == content.endswith('ForCausalLM"]}')


def test_no_cache_is_no_models(tmp_path):
    assert names(tmp_path / "none") == []
    (tmp_path / "file").write_text("x", "utf-8")
    assert names(tmp_path / "file") == []
