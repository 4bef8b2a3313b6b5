import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.answer.writers.cost import cost_of, free_memory, resident
from chatbot.answer.writers.load import load

# Loads a model in a process of its own and prints how much memory came with it, in bytes.
MEASURED = """
import sys
from chatbot.answer.writers.cost import resident
from chatbot.answer.writers.load import load
load(sys.argv[2], sys.argv[3])
import gc
gc.collect()
before = resident()
kept = load(sys.argv[1], sys.argv[3])
gc.collect()
# Files are mapped: a page is in memory once it was read.
total = sum(float(each.sum()) for each in kept.model.parameters())
print(resident() - before)
"""


def held(model):
    tensors = {tensor.data_ptr(): tensor.nbytes for tensor in (*model.parameters(), *model.buffers())}
    return sum(tensors.values())


@pytest.mark.parametrize("precision", ["fp32", "bf16", "int8"])
@pytest.mark.parametrize("kind", ["qwen3", "llama"])
def test_the_weights_are_those_that_the_loaded_model_holds(saved, kind, precision):
    folder = saved(kind)
    told = cost_of(Path(folder), precision, 100).weights
    assert told == pytest.approx(held(load(folder, precision).model), rel=0.02)


def test_the_cache_holds_keys_and_values_of_every_layer(saved):
    # Two layers, two heads of 16 numbers that are kept, keys and values, four bytes.
    assert cost_of(Path(saved("qwen3")), "fp32", 1000).cache == 2 * 2 * 2 * 16 * 1000 * 4
    assert cost_of(Path(saved("qwen3")), "int8", 1000).cache == 2 * 2 * 2 * 16 * 1000 * 2


def test_what_has_to_be_free_counts_the_loading_of_weights_that_are_rounded_later(saved):
    cost = cost_of(Path(saved("llama")), "4bit", 10)
    assert cost.weights < cost.loading == cost.most


@pytest.mark.parametrize("damage", ["cut", "no json", "huge", "gone"])
def test_damaged_files_are_told(saved, tmp_path, damage):
    folder = shutil.copytree(saved("qwen3"), tmp_path / "model")
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes({"cut": whole[:5], "no json": whole[:8] + b"?" * 4000, "huge": b"\xff" * 8 + whole[8:]}[damage])
    with pytest.raises((ValueError, OSError)):
        cost_of(folder, "fp32", 10)


def test_what_is_free_is_less_than_the_machine_has():
    free, own = free_memory("cpu"), resident()
    assert free is not None
    assert own is not None
    assert 0 < free < 1 << 50
    assert 10 << 20 < own < 1 << 40


def test_the_memory_of_a_larger_model_is_as_told(saved, tmp_path):
    from transformers import AutoConfig, AutoModelForCausalLM

    folder = shutil.copytree(saved("llama"), tmp_path / "large")
    config = AutoConfig.from_pretrained(folder)
    config.update(
        {"hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 6, "head_dim": 64, "num_attention_heads": 12}
    )
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    command = [sys.executable, "-c", MEASURED, str(folder), saved("llama"), "fp32"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert cost_of(folder, "fp32", 1).weights == pytest.approx(int(done.stdout), rel=0.15)


def test_the_config_of_a_model_with_other_parts_is_that_of_its_text(saved, tmp_path):
    folder = shutil.copytree(saved("qwen3"), tmp_path / "model")
    inner = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({"text_config": inner}), "utf-8")
    assert cost_of(folder, "fp32", 1000).cache == cost_of(Path(saved("qwen3")), "fp32", 1000).cache
