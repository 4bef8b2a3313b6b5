"""Lines in, lines out: in order, each with exactly its keys, and a bad line costs nobody else an answer."""

import io
import json

import pytest

from chatbot.errors import BatchError, ModelError
from chatbot.serve import batch
from chatbot.types import Turn

TALL, LONG = "How tall is the harbour tower?", "大橋の長さはどれくらいですか?"
ASK = "id question standalone lang answer refused citations supported writer timings_ms struck note grounds".split()
SEARCH = ["id", "hits", "timings_ms"]
HIT = ["document", "start", "end", "score", "text"]
READ = ["id", "answer", "start", "end", "score", "no_answer"]
GOOD = {
    "ask": {"question": TALL},
    "search": {"query": TALL},
    "read": {"question": "How tall is it?", "context": "The tower is 48 metres tall. Crabs are red."},
}
KEYS = {"ask": ASK, "search": SEARCH, "read": READ}


@pytest.fixture
def lines(tmp_path):
    """Write a file of JSON lines; bytes and text stand as they are."""

    def write(*rows):
        texts = [row if isinstance(row, bytes | str) else json.dumps(row) for row in rows]
        encoded = [text.encode() if isinstance(text, str) else text for text in texts]
        (tmp_path / "batch.jsonl").write_bytes(b"\n".join(encoded))
        return tmp_path / "batch.jsonl"

    return write


def answered(bot, path):
    return list(batch.answers(batch.rows(path), lambda: bot))


# --- good lines ------------------------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_lines_with_their_ids(bot, lines):
    ids = ["b", "a", 7, 0, -1, "", None, "日本", "a"]
    rows = answered(bot, lines(*({"id": id_, "question": [TALL, LONG][n % 2]} for n, id_ in enumerate(ids))))
    assert [row["id"] for row in rows] == ids
    assert [row["question"] for row in rows[:2]] == [TALL, LONG]


def test_an_answer_has_exactly_these_keys(bot, lines):
    (row,) = answered(bot, lines({"id": 1, "question": TALL, "more": "is ignored"}))
    assert list(row) == ASK
    assert "48 metres" in row["answer"]


def test_a_line_may_bring_its_history(bot, lines):
    history = [{"question": "When was the harbour tower finished?", "answer": "In 1962."}]
    first, second, third = answered(
        bot,
        lines(
            {"id": 1, "question": "Why was it built?", "history": history},
            {"id": 2, "question": "Why was it built?"},
            {"id": 3, "question": "Why was it built?", "history": [{"question": history[0]["question"]}, {}]},
        ),
    )
    assert first["standalone"] == "Why was harbour tower built?"
    assert first["question"] == second["standalone"] == "Why was it built?"
    # A turn without words does not hide the one before it.
    assert third["standalone"] == first["standalone"]
    assert "two ferries" in first["answer"]


def test_a_search_gives_its_hits_best_first(bot, lines):
    rows = list(batch.searches(batch.rows(lines({"id": 1, "query": TALL}, {"id": 2, "query": LONG})), lambda: bot, 2))
    assert [list(row) for row in rows] == [SEARCH, SEARCH]
    texts = {document.path: document.text for document in bot.documents}
    for row in rows:
        assert len(row["hits"]) == 2
        assert row["hits"][0]["score"] >= row["hits"][1]["score"]
        for hit in row["hits"]:
            assert list(hit) == HIT
            assert texts[hit["document"]][hit["start"] : hit["end"]] == hit["text"] != ""
    assert [row["hits"][0]["document"] for row in rows] == ["tower.en.md", "bridge.ja.md"]


def test_a_reading_gives_a_span_of_the_context(bot, lines):
    (row,) = batch.readings(batch.rows(lines({"id": "r", **GOOD["read"]})), lambda: bot)
    assert list(row) == READ
    assert GOOD["read"]["context"][row["start"] : row["end"]] == row["answer"] != ""
    assert 0 <= row["no_answer"] <= 1


def test_answers_stream_as_they_are_made(bot, lines):
    opened = []
    rows = batch.answers(batch.rows(lines(GOOD["ask"], GOOD["ask"])), lambda: opened.append(1) or bot)
    assert opened == []
    next(rows)
    assert opened == [1]
    rows.close()


# --- bad lines -------------------------------------------------------------------------------------------------------

BAD = {
    "no JSON": (b"{not json", "line 2: not JSON"),
    "cut short": (b'{"id": 2, "question": "How', "line 2: not JSON"),
    "a list": (b"[1, 2]", "line 2: not a JSON object"),
    "a number": (b"5", "line 2: not a JSON object"),
    "no text": (b'{"id": 2}', 'has no text under "question"'),
    "a question that is no text": (b'{"id": 2, "question": 5}', 'has no text under "question"'),
    "an empty question": (b'{"id": 2, "question": " "}', "The question is empty"),
    "a megabyte": (b'{"id": 2, "question": "' + b"x" * 1_000_000 + b'"}', "Ask in at most"),
    "a history that is no list": (b'{"id": 2, "question": "x", "history": {"question": "y"}}', "history"),
    "a history of texts": (b'{"id": 2, "question": "x", "history": ["y"]}', "history"),
    "Shift_JIS": ('{"id": 2, "question": "図書館"}'.encode("cp932"), "line 2: not UTF-8"),
    "binary": (bytes(range(11, 256)), "line 2: not UTF-8"),
    "nested without end": (b"[" * 100_000, "line 2: not JSON"),
    "a number without end": (b'{"id": ' + b"1" * 5000 + b"}", "line 2: not JSON"),
}


@pytest.mark.parametrize(("line", "cause"), BAD.values(), ids=BAD)
def test_a_bad_line_is_told_in_its_place_and_the_others_are_answered(bot, lines, line, cause):
    first, bad, last = answered(bot, lines({"id": 1, "question": TALL}, line, {"id": 3, "question": TALL}))
    assert [first["id"], last["id"]] == [1, 3]
    assert first["answer"] == last["answer"]
    assert list(bad) == ["id", "error"]
    assert bad["id"] == (2 if b'"id": 2' in line and b"}" in line and "line 2" not in cause else None)
    assert cause in bad["error"]
    assert len(bad["error"]) < 400


@pytest.mark.parametrize("id_", [[1], {"a": 1}, float("nan"), float("-inf")])
def test_an_id_that_is_neither_text_nor_number_is_left_out(bot, lines, id_):
    (row,) = answered(bot, lines({"id": id_, "question": TALL}))
    assert row["id"] is None


def test_an_id_may_be_any_number(bot, lines):
    assert [row["id"] for row in answered(bot, lines({"id": 1.5, "question": TALL}))] == [1.5]


def test_blank_lines_and_other_line_ends_are_no_lines(bot, lines):
    rows = batch.rows(lines(b"\xef\xbb\xbf" + b'{"id": 1}\r', b"", b"  \t", '{"id": "\u2028"}'))
    assert rows == [{"id": 1}, {"id": "\u2028"}]


def test_a_file_without_lines_is_answered_by_none(bot, lines):
    assert answered(bot, lines()) == []


@pytest.mark.parametrize("name", ["none.jsonl", ".", "half \udc80.jsonl"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, name):
    with pytest.raises(BatchError, match=r"Cannot read .* Name a file of JSON lines, or - for stdin\."):
        batch.rows(tmp_path / name)


def test_a_failure_that_is_no_bad_line_is_not_hidden(lines):
    def fail():
        raise ModelError("x", "gone")

    with pytest.raises(ModelError):
        list(batch.answers(batch.rows(lines(GOOD["ask"])), fail))


def test_an_answer_can_do_without_an_id(bot):
    row = batch.answer_one(bot, "Why was it built?", [Turn("When was the harbour tower finished?", "")])
    assert row["id"] is None
    assert row["standalone"].startswith("Why was harbour tower")


# --- as commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ask", "search", "read"])
def test_a_malformed_line_in_the_middle_of_a_batch(run, corpus, lines, command):
    path = lines({"id": 1, **GOOD[command]}, "{malformed", {"id": 3, **GOOD[command]})
    code, out, err = run(command, "--batch", path, "--json", "--corpus", corpus)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert [list(row) for row in rows] == [KEYS[command], ["id", "error"], KEYS[command]]
    assert [row["id"] for row in rows] == [1, None, 3]
    assert err == rows[1]["error"] + "\n"


def test_a_whole_batch_ends_well(run, corpus, lines):
    odd = ["half \ud83d", "😊", "\x01 tower", "ما هو البرج؟", "\u2028tower"]
    path = lines(*({"id": n, "question": question} for n, question in enumerate(odd)))
    code, out, err = run("ask", "--batch", path, "--json", "--corpus", corpus)
    rows = [json.loads(line) for line in out.strip("\n").split("\n")]
    assert (code, err) == (0, "")
    assert [row["question"] for row in rows] == odd


def test_a_search_of_many_is_cut_at_k(run, corpus, lines):
    path = lines({"id": 1, "query": TALL})
    found = [run("search", "--batch", path, "--json", "--corpus", corpus, *k)[1] for k in ([], ["--k", 1])]
    counts = [len(json.loads(line)["hits"]) for line in found]
    assert counts[1] == 1 < counts[0] <= 10


def test_a_batch_may_come_from_stdin(run, corpus, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps({"id": 9, "question": TALL}).encode()), "utf-8"))
    code, out, _ = run("ask", "--batch", "-", "--json", "--corpus", corpus)
    assert (code, json.loads(out)["id"]) == (0, 9)


@pytest.mark.parametrize("command", ["ask", "search", "read"])
@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_batch_that_cannot_be_read_is_bad_input(run, corpus, command, name):
    code, out, err = run(command, "--batch", name, "--json", "--corpus", corpus)
    assert (code, out) == (2, "")
    assert "Name a file of JSON lines" in err
