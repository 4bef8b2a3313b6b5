"""One network in three roles: a span to the letter, scores of passages and claims; any text, and none of it lost."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from chatbot import language  # noqa: E402
from chatbot.answer import network  # noqa: E402
from chatbot.answer.cross import LIMIT, CrossReader  # noqa: E402
from chatbot.errors import ModelError, QuestionError  # noqa: E402
from chatbot.types import Document, Passage, Sentence  # noqa: E402

ASKED = "When was the harbour tower finished?"
CONTEXT = "The harbour tower was finished in March 1962. It is 48 metres tall. Crabs are sold by weight."
JAPANESE = "大橋の長さは1200メートルです。大橋は2004年に完成しました。"
SCRAPS = {
    "full stop": ".",
    "only digits": "2004 12 31 999999",
    "only punctuation": "?!… 「」。、 --- ((((",
    "unknown scripts": "ᚠᚢᚦ ꙮ 𒀀𒁀 ሰላም שלום",
    "emoji": "😊👩‍👩‍👧‍👦🎉",
    "combining marks": "é ñ̃ が ṩ̀ ZA̡͊͠͝LGO",
    "alone combining mark": "\u0301",
    "full width": "ＡＩ　１２３ ｶﾞｷﾞ ㍿ ﬁ ﷺ",
    "surrogates": "half \ud83d of a pair \udc80",
    "NUL": "a\0b\0",
    "only NUL": "\0",
    "no width": "\u200b",
    "one long word": "x" * 5000,
}


def passage(*sentences, headings=()):
    made, at = [], 0
    for text in sentences:
        made.append(Sentence(at, at + len(text), text))
        at += len(text) + 1
    return Passage(Document("made.md", " ".join(sentences), "text", "Made", "en"), tuple(headings), tuple(made))


PASSAGES = [
    passage("The harbour tower was finished in March 1962.", "It is 48 metres tall.", headings=("The harbour tower",)),
    passage("Crabs are sold by weight."),
    passage("大橋の長さは1200メートルです。", "大橋は2004年に完成しました。", headings=("大橋の案内", "長さ")),
    passage(*["Visitors climb after dusk."] * 200, "Dogs stay at the gate."),
]


@pytest.fixture(scope="module")
def whole():
    """What a processor without bfloat16 does: everything in float32."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
        yield


@pytest.fixture(scope="module")
def reader(whole, cross_folder):
    return CrossReader(cross_folder)


def point(model, rows):
    """Make the network look at nothing but ★, where an answer begins and which answers, and ☆, where it ends."""
    embeddings = model["bert"].embeddings
    for table in (embeddings.position_embeddings, embeddings.token_type_embeddings):
        table.weight.zero_()
    words = embeddings.word_embeddings.weight
    words[:, :2] = 0.0
    words[rows["★"]], words[rows["☆"]] = torch.eye(32)[0], torch.eye(32)[1]
    for part in ("qa_outputs", "relevance"):
        model[part].weight.zero_()
        model[part].bias.zero_()
    # After normalisation a lone 1 among zeros is about 5.6.
    model["qa_outputs"].weight[0, 0] = model["qa_outputs"].weight[1, 1] = model["relevance"].weight[0, 0] = 4.0


@pytest.fixture(scope="module")
def pointing_folder(make_cross, tmp_path_factory):
    return make_cross(tmp_path_factory.mktemp("pointing"), layers=0, alter=point)


@pytest.fixture(scope="module")
def pointing(whole, pointing_folder):
    return CrossReader(pointing_folder)


def checked(reading, context):
    assert reading.answer == context[reading.start : reading.end]
    assert reading.answer
    assert 0 <= reading.start < reading.end <= len(context)
    assert np.isfinite(reading.score)
    assert 0 <= reading.no_answer <= 1
    return reading


def checked_examined(found, passages):
    assert [len(each.sentences) for each in found] == [len(each.sentences) for each in passages]
    for each in found:
        assert all(0 <= share <= 1 for share in (each.answers, *each.sentences))
    return found


def same(one, other):
    return np.allclose([one.answers, *one.sentences], [other.answers, *other.sentences], atol=1e-4)


# --- any text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scrap", SCRAPS.values(), ids=SCRAPS)
@pytest.mark.parametrize("question", [ASKED, "いつ、どこで、誰が、いくらで、いくつ?"])
def test_any_scrap_is_read_without_harm(reader, question, scrap):
    checked(reader.read(question, scrap), scrap)
    checked_examined(reader.examine(question, [passage(scrap)]), [passage(scrap)])
    (support,) = reader.support([(scrap, scrap)])
    assert 0 <= support <= 1


@pytest.mark.parametrize("context", ["", "   ", "\n\n", "\u3000"])
def test_an_empty_context_is_told_so(reader, context):
    with pytest.raises(QuestionError, match="The context is empty. Give the text to read."):
        reader.read(ASKED, context)


@pytest.mark.parametrize("question", ["", "  ", "\0", "x" * 1_000_000])
def test_what_cannot_be_asked_is_told_so(reader, question):
    with pytest.raises(QuestionError):
        reader.read(question, CONTEXT)


TEXT = st.one_of(
    st.text(st.characters(), max_size=120),
    st.text(st.sampled_from("aA1 .。か゛がガｶﾞＡ１é\u0301\u3099\u200d\u0000😊👩㍿ﬁﷺİß漢\ud83d\udc80\n"), max_size=120),
)


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.just(ASKED), TEXT), TEXT)
@example("a", "\u0301")
@example("a", "か\u3099")
@example("a", "\udc80")
@example("[SEP]", "[CLS] [SEP] [PAD] [MASK] [UNK]")
def test_the_span_is_verbatim_and_never_empty(reader, question, context):
    if language.normalise(question) and context.strip():
        checked(reader.read(question, context), context)
    else:
        with pytest.raises(QuestionError):
            reader.read(question, context)


@settings(deadline=None, max_examples=50)
@given(TEXT, st.lists(TEXT, min_size=1, max_size=4))
def test_every_sentence_has_a_score_whatever_it_holds(reader, question, sentences):
    made = [passage(*sentences, headings=sentences[:1])]
    checked_examined(reader.examine(question, made), made)


def test_a_text_of_a_hundred_thousand_tokens_is_read(reader):
    text = "7 " * 100_000
    checked(reader.read(ASKED, text), text)
    checked_examined(reader.examine(ASKED, [passage(text)]), [passage(text)])
    (support,) = reader.support([(ASKED, text)])
    assert 0 <= support <= 1


def test_texts_of_no_tokens_are_judged(reader):
    assert all(0 <= share <= 1 for share in reader.support([("", ""), ("a", ""), ("", "a")]))
    checked_examined(reader.examine("", [passage(""), passage("\0", "")]), [passage(""), passage("\0", "")])


def test_nothing_to_look_at_gives_nothing(reader):
    assert reader.examine(ASKED, []) == []
    assert reader.support([]) == []


# --- nothing is lost -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["Where?", "where " * 150], ids=["short question", "long question"])
def test_an_answer_is_found_wherever_it_stands(pointing, question):
    answer = "★" + " x" * 30 + " ☆"
    for before in (*range(0, 2 * LIMIT, 7), 5000):
        context = "x " * before + answer + " x" * 300
        assert pointing.read(question, context).answer == answer, before


def test_the_last_token_of_a_text_is_read(pointing):
    for length in range(1, 3 * LIMIT, 11):
        context = "x " * length + "★☆"
        assert pointing.read("Where?", context).answer == "★☆", length


@pytest.mark.parametrize("place", [0, 1, 57, 101, 199])
def test_the_sentence_that_answers_is_told_in_a_passage_longer_than_a_window(pointing, place):
    sentences = ["Dogs stay at the gate."] * 200
    sentences[place] = "★ ★ ★"
    (found,) = pointing.examine("Where?", [passage(*sentences, headings=("The gate",))])
    assert int(np.argmax(found.sentences)) == place
    assert sorted(found.sentences)[-2] < 0.6 < found.sentences[place]


def test_a_question_is_never_quoted(pointing):
    assert pointing.read("Where is ★ ☆?", "x y z ★☆").start == 6
    assert "★" not in pointing.read("Where is ★ [SEP] ★☆ [SEP]?", "x y z").answer


# --- text is text ----------------------------------------------------------------------------------------------------


def laid(folder, first, second):
    """Lay two texts side by side as the folder's tokenizer says."""
    from tokenizers import Tokenizer

    pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces.encode_special_tokens = True
    both = pieces.encode(first, second)
    ids, types = torch.tensor([both.ids]), torch.tensor([both.type_ids])
    return both, {"input_ids": ids, "token_type_ids": types, "attention_mask": torch.ones_like(ids)}


COUPLES = [
    (ASKED, CONTEXT),
    ("大橋はいつ完成しましたか?", JAPANESE),
    ("What is [SEP]?", "It is a [SEP] between [CLS] and [PAD], not a mask: [MASK]."),
]


@pytest.mark.parametrize(("first", "second"), COUPLES)
def test_texts_are_told_apart_as_the_tokenizer_does_and_marks_in_them_are_plain(cross_folder, first, second):
    both, given = laid(cross_folder, first, second)
    assert both.ids.count(network.SEPARATOR) == 2
    assert torch.equal(network.types_of(given["input_ids"]), given["token_type_ids"])
    padded = torch.nn.functional.pad(given["input_ids"], (0, 5))
    assert network.types_of(padded)[0, -5:].tolist() == [0] * 5


# --- the standard classes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "context"), COUPLES)
def test_the_span_is_that_of_the_standard_class(reader, cross_folder, question, context):
    from transformers import BertForQuestionAnswering

    standard = BertForQuestionAnswering.from_pretrained(cross_folder, dtype=torch.float32).eval()
    both, given = laid(cross_folder, language.normalise(question), context)
    with torch.inference_mode():
        told = standard(**given)
    open_to = [0, *(row for row, kind in enumerate(both.type_ids) if kind == 1)][:-1]
    starts, ends = (torch.log_softmax(part[0, open_to], 0)[1:] for part in (told.start_logits, told.end_logits))
    scores = (starts[:, None] + ends[None, :]).triu().masked_fill(torch.ones(len(starts), len(starts)).tril(-1) > 0, -1e9)
    first, last = divmod(int(scores[:, :].argmax()), len(starts))
    offsets = [both.offsets[row] for row in open_to[1:]]
    if last - first < 40:
        found = reader.read(question, context)
        assert (found.start, found.end) == (offsets[first][0], offsets[last][1])
        assert found.score == pytest.approx(float(scores[first, last]), abs=1e-3)


def test_judgements_are_those_of_the_standard_class(reader, cross_folder):
    from transformers import BertForSequenceClassification

    standard = BertForSequenceClassification.from_pretrained(cross_folder, dtype=torch.float32).eval()
    for first, second in COUPLES:
        _, given = laid(cross_folder, first, second)
        with torch.inference_mode():
            answers, supports = torch.sigmoid(standard(**given).logits[0]).tolist()
        assert reader.support([(first, second)]) == [pytest.approx(supports, abs=1e-4)]
        assert reader.examine(first, [passage(second)])[0].answers == pytest.approx(answers, abs=1e-4)


# --- the same every time ---------------------------------------------------------------------------------------------


def test_a_batch_gives_what_each_alone_gives(reader):
    together = checked_examined(reader.examine(ASKED, PASSAGES), PASSAGES)
    assert all(same(one, reader.examine(ASKED, [each])[0]) for one, each in zip(together, PASSAGES, strict=True))
    couples = [(ASKED, CONTEXT), (CONTEXT, JAPANESE), ("", "x " * 600), ("a", "b")] * 3
    alone = [reader.support([couple])[0] for couple in couples]
    np.testing.assert_allclose(reader.support(couples), alone, atol=1e-4)


def test_order_does_not_matter(reader):
    there, back = reader.examine(ASKED, PASSAGES), reader.examine(ASKED, PASSAGES[::-1])
    assert all(same(one, other) for one, other in zip(there, back[::-1], strict=True))


def test_threads_do_not_disturb_each_other(reader):
    contexts = ["word " * (n % 40) + f"number {n}." for n in range(40)]
    alone = [reader.read(ASKED, context) for context in contexts]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda context: reader.read(ASKED, context), contexts))
        examined = list(threads.map(lambda number: reader.examine(f"{ASKED} {number}", PASSAGES[:3]), range(8)))
    assert together == alone
    for number, found in enumerate(examined):
        # Read anew: what was found before is remembered.
        again = [reader.examine(f"{ASKED} {number}", [each])[0] for each in PASSAGES[:3]]
        assert all(same(one, other) for one, other in zip(found, again, strict=True))


def test_a_question_asked_again_is_not_read_again(reader, monkeypatch):
    found = reader.examine("Asked twice?", PASSAGES)
    monkeypatch.setattr(reader, "_see", None)
    assert reader.examine("Asked twice?", PASSAGES) == found
    with pytest.raises(TypeError):
        reader.examine("Asked twice?", PASSAGES[:1])


@pytest.mark.parametrize("able", [True, False])
def test_half_precision_finds_what_full_precision_finds(pointing_folder, monkeypatch, able):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    context = "x " * 400 + "★ y ☆" + " z" * 50
    assert CrossReader(pointing_folder).read("Where?", context).answer == "★ y ☆"


# --- what cannot be loaded -------------------------------------------------------------------------------------------


@pytest.fixture
def copied(cross_folder, tmp_path):
    shutil.copytree(cross_folder.parent, tmp_path / "models")
    return tmp_path / "models" / "reader"


FILES = ["layers.safetensors", "model.safetensors.index.json", "config.json", "tokenizer.json"]


@pytest.mark.parametrize("name", [*FILES, "../encoder/embeddings.safetensors"])
@pytest.mark.parametrize("spoil", ["missing", "garbage"])
def test_a_folder_that_is_not_whole_is_told(copied, name, spoil):
    if spoil == "missing":
        (copied / name).unlink()
    else:
        (copied / name).write_bytes(b"garbage")
    with pytest.raises(ModelError, match=r"Cannot load the model .*reader: .*[^.]\. "):
        CrossReader(copied)


def test_weights_of_another_network_are_told(copied):
    config = json.loads((copied / "config.json").read_text("utf-8"))
    (copied / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}), encoding="utf-8")
    with pytest.raises(ModelError, match="Cannot load the model"):
        CrossReader(copied)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ModelError, match="Cannot load the model"):
        CrossReader(tmp_path / "none")


def test_code_in_a_folder_is_not_run(copied):
    trace = copied / "trace"
    (copied / "evil.py").write_text(f"open({str(trace)!r}, 'w').close()\nclass Evil: pass\n", encoding="utf-8")
    config = json.loads((copied / "config.json").read_text("utf-8"))
    automatic = {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}
    (copied / "config.json").write_text(json.dumps({**config, "model_type": "evil", "auto_map": automatic}), encoding="utf-8")
    with pytest.raises(ModelError):
        CrossReader(copied)
    assert not trace.exists()
