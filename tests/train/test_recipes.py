"""The parts of the recipes that need no weights."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from chatbot.train import batches, checkpoint, encoder, objective, shards, threads  # noqa: E402
from chatbot.train.alter import altered  # noqa: E402
from chatbot.train.data import Pair, held_out, sections  # noqa: E402
from chatbot.train.questions import detokenised, folded_sentences  # noqa: E402
from chatbot.train.text import clean  # noqa: E402


def texts(*rows):
    return shards.Texts(
        np.concatenate([np.asarray(row, dtype=np.uint16) for row in rows]),
        np.cumsum([len(row) for row in rows]),
    )


def unit(*rows):
    return torch.nn.functional.normalize(torch.tensor(rows), dim=-1)


def test_padding_keeps_every_token_and_a_multiple():
    block = texts([5, 6, 7], [8], [9, 10]).padded(np.array([2, 0]), 4)
    assert block.tolist() == [[9, 10, 0, 0], [5, 6, 7, 0]]


def test_shards_survive_a_round_trip(tmp_path):
    shards.save(tmp_path / "s.npz", {"english": texts([1, 2], [3])})
    assert shards.load(tmp_path / "s.npz")["english"].padded(np.array([0, 1]), 1).tolist() == [[1, 2], [3, 0]]


def test_batches_cover_every_row_once_a_round_and_repeat_with_the_seed():
    widths = np.random.default_rng(0).integers(4, 200, 1000)
    stream, again = (batches.batches(widths, 1024, seed=3) for _ in range(2))
    seen: list[int] = []
    while len(seen) < 1000:
        rows = next(stream)
        assert rows.tolist() == next(again).tolist()
        seen += rows.tolist()
    assert sorted(seen) == list(range(1000))


def test_contrast_ignores_copies_of_the_right_text():
    student, targets = unit([1.0, 0.0], [0.0, 1.0]), unit([1.0, 0.0], [0.0, 1.0], [1.0, 0.0])
    assert objective.contrast(student, targets) < 1e-6


def test_a_question_competes_with_passages_of_one_language_only():
    questions, passages = unit([1.0, 0.0], [0.0, 1.0]), unit([1.0, 0.0], [1.0, 0.0])
    ids, apart, together = torch.tensor([[1], [2]]), torch.tensor([[0, 1], [0, 1]]), torch.zeros(2, 2)
    assert objective.answered(questions, passages, ids, apart) < 1e-6
    assert objective.answered(questions, passages, ids, together) > 1.0


def test_the_queue_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(objective, "QUEUE", 3)
    queue = objective.Queue()
    queue.join(unit([1.0, 0.0], [0.0, 1.0]))
    assert len(queue.join(unit([1.0, 1.0], [1.0, 2.0]))) == 4
    assert len(queue.join(unit([2.0, 1.0]))) == 4


def test_a_checkpoint_resumes_weights_and_optimiser(tmp_path):
    def made():
        model = torch.nn.Linear(2, 2)
        return model, torch.optim.AdamW(model.parameters())

    model, optimiser = made()
    assert checkpoint.resume(tmp_path, model, optimiser) == {}
    model(torch.ones(1, 2)).sum().backward()
    optimiser.step()
    checkpoint.save(tmp_path, model, optimiser, {"step": 1.0})
    other, state = made()
    assert checkpoint.resume(tmp_path, other, state) == {"step": 1.0}
    assert torch.equal(other.weight, model.weight)
    assert len(state.state_dict()["state"]) == len(optimiser.state_dict()["state"])


def test_the_rate_warms_up_and_falls_in_both_stages():
    last = encoder.DISTIL_SHARE - 1e-6
    assert encoder.rate(0.0) == 0.0
    assert encoder.rate(0.05) > encoder.rate(0.5) > encoder.rate(last) > 0.0
    assert encoder.rate(1.0) < encoder.rate(encoder.DISTIL_SHARE + 0.02) <= encoder.ASK_RATE


def test_at_least_one_thread_is_left():
    before = torch.get_num_threads()
    try:
        assert threads.Threads().adapt() >= 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [("The fund paid 4 million to 12 teams.", "en"), ("この基金は2023年に12団体を支援した。", "ja"), ("It is open.", "en")],
)
def test_an_altered_sentence_is_another_sentence(sentence, language):
    changed = altered(sentence, language, [], random.Random(1))
    assert changed is not None
    assert changed != sentence


def test_nothing_to_alter_gives_nothing():
    assert altered("静か", "ja", [], random.Random(1)) is None


def test_held_out_goes_by_page():
    one, two = (Pair("k8s_docs", "page.md", "p", text, text) for text in ("a", "b"))
    assert held_out(one) == held_out(two)


def test_sections_take_the_page_title_into_the_heading():
    found = [
        Pair("tf_docs", "a", "h1", "Guide", "ガイド"),
        Pair("tf_docs", "a", "p", "Hello.", "こんにちは。"),
        Pair("tf_docs", "a", "h2", "Setup", "設定"),
        Pair("tf_docs", "a", "p", "One.", "一。"),
        Pair("tf_docs", "a", "p", "Two.", "二。"),
        Pair("tf_docs", "b", "p", "Lost.", "見出しなし。"),
    ]
    assert [(section.heading[0], section.body) for section in sections(found)] == [
        ("Guide", ("Hello.", "こんにちは。")),
        ("Guide: Setup", ("One. Two.", "一。二。")),
    ]


def test_markup_goes_and_words_stay():
    assert clean("See [the **guide**](http://x.y) and :ref:`this page <a-b>`, `code`.") == "See the guide and this page, code."


def test_copies_of_a_sentence_compare_equal():
    first, second = (
        "東大寺は、奈良県奈良市にある聖武天皇ゆかりの寺院である。",
        "東大寺は奈良県奈良市にある聖武天皇ゆかりの寺院である！",
    )
    assert folded_sentences(first) == folded_sentences(second) != []


def test_tokens_of_a_treebank_are_joined():
    assert detokenised("It 's `` open '' ( now ) .") == 'It\'s " open " (now).'
