"""The reader's recipe on a tiny set: tokens, losses, the rate, and a run that stops, goes on and is loaded."""

import sys

import numpy as np
import pytest
from safetensors.torch import load_file

torch = pytest.importorskip("torch")
pytest.importorskip("bm25s")

from tokenizers import Tokenizer  # noqa: E402

from chatbot.answer.cross import CrossReader  # noqa: E402
from chatbot.integrity import verify  # noqa: E402
from chatbot.train import command, reader, readings  # noqa: E402
from chatbot.train.reading import ASKED_NOT, Example  # noqa: E402

ENGLISH = "The harbour tower was finished in March 1962. It is 48 metres tall."
JAPANESE = "大橋の長さは1200メートルです。大橋は2004年に完成しました。"


def marked(first, second, answer, **labels):
    start = second.index(answer)
    return Example(first, second, (start, start + len(answer)), (0, len(second)), **labels)


EXAMPLES = [
    marked("When was it finished?", ENGLISH, "March 1962", answers=1),
    marked("How tall is it?", ENGLISH, "48 metres", answers=1),
    marked("大橋はいつ完成しましたか?", JAPANESE, "2004年", answers=1),
    Example("What is sold?", ENGLISH, answers=0),
    Example("The tower is 48 metres tall.", ENGLISH, supports=1),
    Example("The tower is 12 metres tall.", ENGLISH, supports=0),
]


@pytest.fixture(scope="module")
def encoder(cross_folder):
    return cross_folder.parent / "encoder"


@pytest.fixture
def tokens(encoder):
    return Tokenizer.from_file(str(encoder / "tokenizer.json"))


@pytest.fixture
def shard(tokens):
    return readings.tokenise(tokens, EXAMPLES)


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_the_tokens_of_a_span_are_those_of_the_answer(tokens, shard):
    for row, example in enumerate(EXAMPLES[:3]):
        ids = shard.texts.padded(np.array([row]), 1)[0]
        first, last = shard.answer[row]
        start, end = example.answer
        wanted = tokens.encode(example.second[start:end], add_special_tokens=False).ids
        assert ids[first : last + 1].tolist() == wanted
        opens, closes = shard.relevant[row]
        assert opens <= first <= last <= closes < len(ids) - 1


def test_what_is_not_there_and_what_nobody_marked_are_told_apart(shard):
    assert shard.answer[3:].tolist() == [[0, 0], [readings.NOT_MARKED] * 2, [readings.NOT_MARKED] * 2]
    assert shard.labels.tolist()[2:] == [[1, ASKED_NOT], [0, ASKED_NOT], [ASKED_NOT, 1], [ASKED_NOT, 0]]


def test_an_answer_beyond_the_limit_is_dropped_and_no_text_is_longer(tokens):
    far = "x " * 400 + "the lamp"
    near = "the lamp " + "x " * 400
    made = readings.tokenise(
        tokens, [marked("What?", far, "the lamp", answers=1), marked("What?", near, "the lamp", answers=1)]
    )
    assert made.texts.lengths().tolist() == [readings.LIMIT]
    assert made.answer.shape == made.relevant.shape == made.labels.shape == (1, 2)


@pytest.mark.parametrize("before", range(240, 256, 3))
def test_an_answer_that_the_limit_cuts_in_two_is_dropped(tokens, before):
    far = marked("What?", "x " * before + "a b c d e f g h", "a b c d e f g h", answers=1)
    made = readings.tokenise(tokens, [EXAMPLES[0], far])
    lengths = [last - first + 1 for first, last in made.answer[1:].tolist()]
    assert lengths in ([], [8])


def test_a_question_longer_than_people_ask_is_dropped(tokens):
    assert len(readings.tokenise(tokens, [Example("x" * 500, ENGLISH, answers=0), EXAMPLES[0]]).texts) == 1


def test_marks_in_a_text_are_plain(tokens):
    made = readings.tokenise(tokens, [marked("What is [SEP]?", "A [SEP] is a mark. [CLS] too.", "mark", answers=1)])
    ids = made.texts.ids.tolist()
    assert (ids.count(2), ids.count(3)) == (1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_a_shard_is_made_once_and_read_again(monkeypatch, tmp_path, encoder, seed):
    asked = []

    def mixture(data, draw):
        asked.append(data)
        yield "answered en", iter(EXAMPLES)

    monkeypatch.setattr(readings, "mixture", mixture)
    one, again = (readings.prepare(tmp_path, encoder / "tokenizer.json", tmp_path, seed) for _ in range(2))
    assert asked == [tmp_path]
    assert len(one.texts) == len(EXAMPLES)
    for name in ("answer", "relevant", "labels"):
        assert np.array_equal(getattr(one, name), getattr(again, name))
    assert np.array_equal(one.texts.ids, again.texts.ids)


# --- losses ----------------------------------------------------------------------------------------------------------


def batch(shard, rows=None):
    rows = np.arange(len(shard.texts)) if rows is None else np.array(rows)
    parts = (part[rows].astype(np.int64) for part in (shard.answer, shard.relevant, shard.labels))
    return torch.from_numpy(shard.texts.padded(rows, 16)), *map(torch.from_numpy, parts)


@pytest.fixture
def model(encoder):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return reader.started(encoder)


@pytest.mark.parametrize("rows", [None, [0], [3], [4], [5, 4]])
def test_losses_are_finite_whatever_is_known(model, shard, rows):
    found = reader.losses(model, *batch(shard, rows))
    assert found.shape == ()
    assert torch.isfinite(found)
    assert found > 0


def test_what_nobody_marked_costs_nothing(model, shard):
    ids, answer, relevant, labels = batch(shard, [0, 1])
    unknown = torch.full_like(answer, readings.NOT_MARKED)
    assert reader.losses(model, ids, unknown, unknown, torch.full_like(labels, ASKED_NOT)) == 0
    judged = torch.tensor([[1, ASKED_NOT]] * 2)
    alone = reader.losses(model, ids, unknown, unknown, judged)
    reader.losses(model, ids, unknown, unknown, judged).backward()
    assert alone > 0
    assert model["qa_outputs"].weight.grad.abs().sum() == 0
    assert model["classifier"].weight.grad[1].abs().sum() == 0
    assert model["classifier"].weight.grad[0].abs().sum() > 0


def test_some_steps_lower_the_loss_and_leave_the_table_alone(model, shard):
    table = model["bert"].embeddings.word_embeddings.weight
    before = table.clone()
    optimiser = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], lr=1e-3)
    values = []
    for _ in range(30):
        optimiser.zero_grad()
        found = reader.losses(model, *batch(shard))
        found.backward()
        optimiser.step()
        values.append(float(found.detach()))
    assert values[-1] < 0.7 * values[0]
    assert torch.equal(table, before)


def test_the_rate_warms_up_and_falls():
    shares = [reader.rate(step / 1000) for step in range(1001)]
    top = shares.index(max(shares))
    assert shares[0] == 0.0
    assert shares[-1] == pytest.approx(0.0, abs=1e-9)
    assert 0.9 < max(shares) <= 1.0
    assert 0 < top < 100
    assert shares[:top] == sorted(shares[:top])
    assert shares[top:] == sorted(shares[top:], reverse=True)


# --- a run -----------------------------------------------------------------------------------------------------------


def test_a_run_writes_a_folder_that_reads_and_goes_on_from_its_checkpoint(monkeypatch, tmp_path, encoder, shard):
    monkeypatch.setattr(readings, "prepare", lambda *given: shard)
    taken = []
    step = reader.Course.step
    monkeypatch.setattr(reader.Course, "step", lambda self, rate: taken.append(rate) or step(self, rate))

    def run(minutes):
        taken.clear()
        reader.train(tmp_path, tmp_path / "out", encoder=encoder, device="cpu", minutes=minutes)
        return load_file(tmp_path / "out" / "reader" / "layers.safetensors")

    first = run(0.01)
    assert len(taken) >= 1
    verify(tmp_path / "out" / "reader")
    found = CrossReader(tmp_path / "out" / "reader").read("How tall is it?", ENGLISH)
    assert found.answer == ENGLISH[found.start : found.end] != ""
    # Its time is up: nothing is learned, and the same is written.
    again = run(0.01)
    assert taken == []
    assert all(torch.equal(first[name], again[name]) for name in first)
    further = run(0.03)
    assert len(taken) >= 1
    assert any(not torch.equal(first[name], further[name]) for name in first)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def train(capsys):
    from chatbot.cli import main

    def run(*arguments):
        try:
            code = main(["train", *map(str, arguments)])
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return run


def test_the_command_tells_its_models(train):
    code, out, err = train("--help")
    assert (code, err) == (0, "")
    assert all(name in out for name in ("encoder", "reader", "judge", "lexicon"))


@pytest.mark.parametrize("name", ["encoder", "reader", "judge", "lexicon"])
def test_every_recipe_tells_its_options(train, name):
    code, out, _ = train(name, "--help")
    assert code == 0
    assert "--data" in out
    assert "--out" in out


@pytest.mark.parametrize(
    "arguments", [(), ("poet",), ("reader",), ("reader", "--data", "x", "--out", "y", "--minutes", "many")]
)
def test_a_wrong_call_is_told_and_nothing_is_trained(train, monkeypatch, arguments):
    monkeypatch.setattr(reader, "train", None)
    code, out, err = train(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: openstance train")


@pytest.mark.parametrize("name", ["reader", "judge"])
def test_reader_and_judge_are_one_recipe(train, monkeypatch, tmp_path, name):
    calls = []
    monkeypatch.setattr(reader, "train", lambda data, out, **options: calls.append((data, out, options)))
    code, *_ = train(
        name, "--data", tmp_path / "d", "--out", tmp_path / "o", "--minutes", "2", "--seed", "7", "--device", "cpu"
    )
    options = {"encoder": command.ENCODER, "device": "cpu", "minutes": 2.0, "seed": 7}
    assert (code, calls) == (0, [(tmp_path / "d", tmp_path / "o", options)])


def test_a_missing_extra_is_told_with_the_remedy(train, monkeypatch):
    class Without:
        def find_spec(self, name, path=None, target=None):
            if name == "chatbot.train.command":
                raise ModuleNotFoundError("No module named 'bm25s'", name="bm25s")

    monkeypatch.delitem(sys.modules, "chatbot.train.command")
    monkeypatch.delattr("chatbot.train.command")
    monkeypatch.setattr(sys, "meta_path", [Without(), *sys.meta_path])
    code, out, err = train("reader", "--help")
    assert (code, out) == (1, "")
    assert err == "This needs the package bm25s. Install it with: pip install 'openstance[train]'\n"
