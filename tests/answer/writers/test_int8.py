import pytest
import torch

from chatbot.answer.writers import int8
from chatbot.answer.writers.load import load

pytestmark = pytest.mark.skipif(not int8.available(), reason="this build of torch has no int8 kernel")


@pytest.mark.parametrize("rows", [1, 5, 40])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("outs", [7, 64])
def test_a_layer_gives_nearly_the_product_of_its_full_weights(rows, bias, outs):
    torch.manual_seed(0)
    layer = torch.nn.Linear(96, outs, bias=bias)
    given = torch.randn(2, rows, 96)
    exact = layer(given).detach()
    box = torch.nn.Sequential(layer.bfloat16())
    assert int8.quantise(box) == 1
    made = box(given.bfloat16()).float()
    assert made.shape == exact.shape
    assert (made - exact).norm() / exact.norm() < 0.02


def test_a_row_of_zeros_stays_zero():
    layer = torch.nn.Linear(32, 4, bias=False).bfloat16()
    layer.weight.data[2] = 0
    int8.quantise(torch.nn.Sequential(layer))
    assert layer(torch.ones(1, 32, dtype=torch.bfloat16))[0, 2] == 0


def test_odd_widths_are_left_alone():
    assert int8.quantise(torch.nn.Sequential(torch.nn.Linear(33, 8), torch.nn.Linear(8, 33))) == 0


@pytest.mark.parametrize("kind", ["qwen3", "llama", "granite", "gemma2"])
def test_logits_stay_close_to_those_of_full_weights(saved, kind):
    full, small = load(saved(kind), "fp32"), load(saved(kind), "int8")
    ids = torch.tensor([full.tokenizer("The harbour tower was finished in March 1962.")["input_ids"]])
    with torch.inference_mode():
        exact, made = full.model(ids).logits.float(), small.model(ids).logits.float()
    near = torch.nn.functional.cosine_similarity(exact, made, dim=-1)
    assert near.min() > 0.985
    assert small.precision == "int8"


def test_shared_weights_are_rounded_for_the_output_and_kept_for_the_input(saved):
    model = load(saved("qwen3"), "int8").model
    assert model.lm_head.weight.dtype == torch.int8
    assert model.get_input_embeddings().weight.dtype == torch.bfloat16
