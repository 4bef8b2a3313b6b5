"""Chat completions over HTTP, by the official client and by hand."""

import asyncio
import json
import threading
import time
from contextlib import closing
from dataclasses import replace

import httpx
import openai
import pytest

from chatbot.serve.api.chat import MAX_BODY
from chatbot.types import Citation, Cited, Delta, Document, Done, Query

TALL, WHO = "How tall is the harbour tower?", "大橋の長さは？"
USER = [{"role": "user", "content": TALL}]
LINK = "[1](https://example.org/tower)"


@pytest.fixture
def client(address):
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, http_client=direct()) as made:
        yield made


def direct():
    return httpx.Client(trust_env=False)


def completed(client, messages=USER, model="openstance", **more):
    return client.chat.completions.create(model=model, messages=messages, **more)


def posted(http, **body):
    return http.post("/v1/chat/completions", json={"model": "openstance", "messages": USER, **body})


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


# --- the official client --------------------------------------------------------------------------------------------------


def test_the_models_are_listed_and_told(client):
    assert [model.id for model in client.models.list()] == ["openstance", "openstance-spoken"]
    assert client.models.retrieve("openstance").owned_by == "openstance"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-4'"):
        client.models.retrieve("gpt-4")


def test_a_whole_answer_has_its_text_its_sources_and_its_usage(client):
    answer = completed(client)
    message = answer.choices[0].message
    assert message.role == "assistant"
    assert message.content.startswith(f"The harbour tower was finished in March 1962.{LINK} It is 48 metres tall")
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.object, answer.model) == ("chat.completion", "openstance")
    source = answer.citations[0]
    assert source["n"] == 1
    assert source["document"] == "tower.en.md"
    assert source["quote"] == "The harbour tower was finished in March 1962."
    assert (answer.refused, answer.supported, answer.lang) == (False, 1.0, "en")
    assert answer.usage.prompt_tokens > 5
    assert answer.usage.completion_tokens > 10
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_begins_with_the_role_and_says_the_same(client):
    chunks = list(completed(client, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert all(chunk.choices[0].delta.role is None for chunk in chunks[1:])
    assert text_of(chunks) == completed(client).choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].citations == completed(client).citations
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.object == "chat.completion.chunk" for chunk in chunks)


def test_the_usage_of_a_stream_comes_last_and_only_when_asked_for(client):
    assert all(chunk.usage is None for chunk in completed(client, stream=True))
    chunks = list(completed(client, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage == completed(client).usage
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_the_asynchronous_client_asks_too(address):
    async def both():
        async with openai.AsyncOpenAI(
            base_url=f"{address}/v1", api_key="none", http_client=httpx.AsyncClient(trust_env=False)
        ) as client:
            whole = await client.chat.completions.create(model="openstance", messages=USER)
            stream = await client.chat.completions.create(model="openstance", messages=USER, stream=True)
            return whole.choices[0].message.content, text_of([chunk async for chunk in stream])

    whole, streamed = asyncio.run(both())
    assert whole == streamed
    assert LINK in whole


def test_a_client_that_streams_by_events_collects_the_answer(client):
    with client.chat.completions.stream(model="openstance", messages=USER) as stream:
        assert LINK in stream.get_final_completion().choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
def test_the_call_by_which_home_assistant_tries_a_server_succeeds(client, stream):
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "What is the capital of France?"},
    ]
    tools = [{"type": "function", "function": {"name": "f", "description": "F.", "parameters": {"type": "object"}}}]
    answer = completed(client, messages, tools=tools, max_tokens=3, stream=stream)
    last = list(answer)[-1] if stream else answer
    assert last.choices[0].finish_reason == "length"


def test_a_refusal_is_an_answer(client):
    answer = completed(client, [{"role": "user", "content": "What is Hugging Face's stance on nuclear energy?"}])
    assert answer.refused is True
    assert answer.citations == []
    assert "documents here do not say that" in answer.choices[0].message.content
    streamed = list(completed(client, [{"role": "user", "content": "Who won the cup in 1998?"}], stream=True))
    assert streamed[-1].refused is True
    assert text_of(streamed)


@pytest.mark.parametrize(("question", "lang", "word"), [(TALL, "en", "48 metres"), (WHO, "ja", "1200メートル")])
def test_each_question_is_answered_in_its_own_language(client, question, lang, word):
    before = [{"role": "user", "content": "Is reading in the library free?"}, {"role": "assistant", "content": "Yes."}]
    answer = completed(client, [*before, {"role": "user", "content": question}])
    assert answer.lang == lang
    assert word in answer.choices[0].message.content


def test_a_follow_up_leans_on_the_messages_before(client):
    first = completed(client).choices[0].message.content
    messages = [
        {"role": "developer", "content": "Be brief."},
        *USER,
        {"role": "assistant", "content": first},
        {"role": "user", "content": [{"type": "text", "text": "Why was it built?"}]},
    ]
    assert "two ferries had run aground" in completed(client, messages).choices[0].message.content


@pytest.mark.parametrize("more", [{"model": "openstance-spoken"}, {"extra_body": {"speakable": True}}])
def test_text_to_be_spoken_has_neither_marks_nor_links_nor_dashes(client, more):
    question = [{"role": "user", "content": "Which rules must visitors of the tower keep?"}]
    assert "\n- Nobody climbs" in completed(client, question).choices[0].message.content
    answer = completed(client, question, **more)
    said = answer.choices[0].message.content
    assert "\nNobody climbs after dusk." in said
    assert not {"[", "]", "http", "- "} & {piece for piece in ("[", "]", "http", "- ") if piece in said}
    assert len(answer.citations) == 4
    assert text_of(completed(client, question, stream=True, **more)) == said


def test_a_document_without_an_address_leaves_a_plain_mark(client):
    said = completed(client, [{"role": "user", "content": WHO}]).choices[0].message.content
    assert said.startswith("大橋の長さは1200メートルです。[1]")


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("limit", [1, 3, 8])
def test_no_more_tokens_come_than_are_wanted(client, name, limit):
    whole, cut = completed(client), completed(client, **{name: limit})
    assert whole.choices[0].message.content.startswith(cut.choices[0].message.content)
    assert cut.usage.completion_tokens == limit
    assert cut.choices[0].finish_reason == "length"
    assert cut.citations == whole.citations[:1]
    assert text_of(completed(client, stream=True, **{name: limit})) == cut.choices[0].message.content


@pytest.mark.parametrize("stop", ["white", ["never there", "white", "white lamp"], ["e tall and carries a w", "]"]])
def test_the_text_ends_before_a_stop_sequence(client, stop):
    answer = completed(client, stop=stop)
    stops = [stop] if isinstance(stop, str) else stop
    whole = completed(client).choices[0].message.content
    cut = min(at for each in stops if (at := whole.find(each)) >= 0)
    assert answer.choices[0].message.content == whole[:cut]
    assert answer.choices[0].finish_reason == "stop"
    assert text_of(completed(client, stop=stop, stream=True)) == whole[:cut]


def test_json_is_given_where_an_object_is_wanted(client):
    whole = completed(client, response_format={"type": "json_object"})
    row = json.loads(whole.choices[0].message.content)
    assert LINK in row["answer"]
    assert row["citations"] == whole.citations
    streamed = text_of(completed(client, response_format={"type": "json_object"}, stream=True))
    assert json.loads(streamed) == row


# --- what is refused, and how ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"n": 2}, "n"),
        ({"stop": ["1", "2", "3", "4", "5"]}, "stop"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "response_format.type"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": 3}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "3"}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "user", "content": " \u200b"}]}, "messages"),
        ({"messages": [{"role": "user", "content": "long " * 900}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages.0.content"),
        ({"stream": "yes"}, "stream"),
        ({"model": 3}, "model"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_had_is_refused_by_name_also_before_a_stream(http, body, param, stream):
    answer = posted(http, **{"stream": stream, **body})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"\xff\xfe", b"[]", b'"x"', b"null", b"[" * 100_000, b'{"a":' * 50_000, b'{"model":"\\ud800"}'],
)
def test_a_body_that_is_no_call_is_refused(http, body):
    answer = http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/chat/completions", 405),
        ("DELETE", "/v1/models", 405),
        ("GET", "/v1/models/gpt-4", 404),
        ("GET", "/v1/models/a/b", 404),
        ("POST", "/v1/completions", 404),
        ("GET", "/v1/", 404),
        ("GET", "/v1/models/", 404),
    ],
)
def test_what_is_not_there_is_told_in_the_same_form(http, method, path, status):
    answer = http.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_unknown_model_is_not_found(http):
    answer = posted(http, model="gpt-4")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"
    assert "openstance" in answer.json()["error"]["message"]


def test_a_body_that_is_too_large_is_not_read_to_its_end(http):
    answer = posted(http, messages=[{"role": "user", "content": "x" * MAX_BODY}])
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_fields_that_other_servers_know_are_let_through(http):
    more = {"top_p": 0.5, "seed": 3, "user": "x", "logit_bias": {"1": 2}, "metadata": {}, "store": True, "think": [None]}
    assert posted(http, **more, tool_choice="auto", tools=[], temperature=0, n=1, stop=None).status_code == 200


# --- failures, disconnections, many at once -------------------------------------------------------------------------------


class Broken:
    """Fails after a number of sentences."""

    writer = None

    def __init__(self, sentences, error):
        self.sentences, self.error = sentences, error

    @property
    def quick(self):
        return self

    def ask(self, question, past=()):
        for number in range(self.sentences):
            yield Delta(f"Sentence {number}. ")
        raise self.error


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_before_the_first_sentence_has_a_status_and_tells_no_secret(serve, apply, stream, caplog):
    with serve(apply(Broken(0, RuntimeError("secret inside")))) as url, httpx.Client(base_url=url, trust_env=False) as http:
        answer = posted(http, stream=stream)
    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "server_error"
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text
    assert "harbour" not in caplog.text


def test_a_failure_within_a_stream_stands_at_its_end(serve, apply):
    with serve(apply(Broken(3, RuntimeError("secret")))) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, http_client=direct())
        with closing(client), pytest.raises(openai.APIError, match="log of the server"):
            list(completed(client, stream=True))


def test_a_written_answer_is_told_once_and_only_when_it_holds(bot, make_writer, serve, apply):
    class Judged:
        def support(self, couples):
            return [1.0 for _ in couples]

    writer = make_writer("The harbour tower is 48 metres tall [1].")
    with serve(apply(replace(bot, writer=writer, judge=Judged(), writer_name="hub:tiny"))) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, http_client=direct())
        with closing(client):
            names = [model.id for model in client.models.list()]
            written = completed(client, model="openstance-writer")
            streamed = text_of(completed(client, model="openstance-writer", stream=True))
            own = completed(client)
    assert names == ["openstance", "openstance-spoken", "openstance-writer", "openstance-writer-spoken"]
    assert written.choices[0].message.content == f"The harbour tower is 48 metres tall.{LINK}" == streamed
    assert "carries a white lamp" in own.choices[0].message.content
    assert len(writer.prompts) == 2


def test_a_writer_that_fails_leaves_the_documents_own_sentences(bot, make_writer, serve, apply):
    class Judged:
        def support(self, couples):
            return [1.0 for _ in couples]

    broken = replace(bot, writer=make_writer("", fails=RuntimeError("down")), judge=Judged(), writer_name="hub:tiny")
    with serve(apply(broken)) as url, httpx.Client(base_url=url, trust_env=False) as http:
        row = posted(http, model="openstance-writer").json()
    assert LINK in row["choices"][0]["message"]["content"]


@pytest.mark.parametrize("stream", [True, False])
def test_who_hangs_up_ends_the_writer(slow, serve, apply, stream, make_line):
    bot, writer = slow
    body = {"model": "openstance-writer", "messages": USER, "stream": stream}
    with serve(apply(bot, make_line(4, 64, 0.1))) as url, httpx.Client(base_url=url, trust_env=False, timeout=1) as http:
        if stream:
            with http.stream("POST", "/v1/chat/completions", json=body) as answer:
                lines = answer.iter_lines()
                assert '"role": "assistant"' in next(lines)
                assert any(line.startswith(":") for line in lines)
        else:
            with pytest.raises(httpx.ReadTimeout):
                http.post("/v1/chat/completions", json=body)
        assert writer.begun.is_set()
        assert writer.ended.wait(5)


def test_who_finds_too_many_before_him_is_told_so_and_a_place_comes_free(slow, serve, apply, make_line):
    bot, writer = slow
    call = {"model": "openstance-writer", "messages": USER, "stream": True}
    with serve(apply(bot, make_line(1, 0, 0.1))) as url, httpx.Client(base_url=url, trust_env=False, timeout=20) as http:
        with http.stream("POST", "/v1/chat/completions", json=call) as held:
            lines = held.iter_lines()
            assert "assistant" in next(lines)
            refused = posted(http)
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert refused.json()["error"]["code"] == "busy"
        assert writer.ended.wait(5)
        until = time.monotonic() + 5
        while (answer := posted(http)).status_code == 503 and time.monotonic() < until:
            time.sleep(0.05)
        assert answer.status_code == 200


def test_twenty_at_once_are_all_answered(address):
    said, start = [], threading.Barrier(20)

    def ask(number):
        with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, http_client=direct()) as client:
            start.wait(20)
            if number % 2:
                said.append(text_of(completed(client, stream=True)))
            else:
                said.append(completed(client).choices[0].message.content)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 20
    assert len(set(said)) == 1


QUERY, SOURCE = Query("?", "en"), Citation(1, Document("d.md", "One.", "text", "D", "en"), 0, 4)


def test_the_first_sentence_does_not_wait_for_the_last(serve, apply):
    gate = threading.Event()

    class Waiting:
        writer = None

        @property
        def quick(self):
            return self

        def ask(self, question, past=()):
            yield Delta("One. ")
            yield Cited(SOURCE)
            yield Delta("Two. ")
            assert gate.wait(10)
            yield Done(QUERY, "One. Two. ", (SOURCE,), False, 1.0, "reader", {})

    call = {"model": "openstance", "messages": USER, "stream": True}
    with (
        serve(apply(Waiting())) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=10) as http,
        http.stream("POST", "/v1/chat/completions", json=call) as told,
    ):
        lines = (line for line in told.iter_lines() if line)
        assert "assistant" in next(lines)
        assert "One. " in next(lines)
        gate.set()
        assert "Two. " in next(lines)
        assert list(lines)[-1] == "data: [DONE]"
