import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.append(str(Path(__file__).parents[1] / "answer" / "writers"))

from tiny_chats import prompt, save

from chatbot.answer.writers.candidates import Candidate
from chatbot.answer.writers.cost import Cost
from chatbot.assemble import make_writer
from chatbot.config import Config, ServeConfig, WritingConfig
from chatbot.errors import ConfigError, WriterMemory, WriterUnusable
from chatbot.pipeline import Chatbot
from chatbot.serve import writers as module
from chatbot.serve.ui.picker import Choice, choices, choosing, picker_html, picker_words, shown
from chatbot.serve.writers import Option, Writers

WRITING = WritingConfig(max_tokens=8, precision="fp32")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return [str(save(kind, folder / kind)) for kind in ("qwen3", "llama", "granite")]


@pytest.fixture
def bot():
    """A chatbot of which nothing but its writer is used."""
    return Chatbot(*[None] * 6)


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    monkeypatch.setattr(module, "cached", lambda precision, tokens: iter(()))


def offered(bot, models=(), **changed):
    config = Config(writing=WRITING, serve=replace(ServeConfig(models=tuple(models)), **changed))
    return Writers(bot, config)


def whole(writer):
    return "".join(writer.stream(prompt()))


def test_the_own_writer_comes_first_and_models_with_their_cost(bot, models):
    options = offered(bot, models).options()
    assert [option.name for option in options] == ["reader", *(f"hub:{model}" for model in models)]
    assert options[0].cost is None
    assert all(option.cost.total > 100_000 and option.fits for option in options[1:])


def test_a_model_that_does_not_fit_is_shown_and_cannot_be_had(bot, models, monkeypatch):
    monkeypatch.setattr(module, "free_memory", lambda device: 1000)
    writers = offered(bot, models)
    assert not writers.options()[1].fits
    with pytest.raises(WriterMemory, match="more than is free"):
        list(writers.opening(f"hub:{models[0]}"))


def test_two_sessions_write_with_different_models_at_once(bot, models):
    writers = offered(bot, models)
    chosen = [writers.bot(f"hub:{model}") for model in models[:2]]
    said = {}
    threads = [
        threading.Thread(target=lambda each=each: said.update({each.writer_name: whole(each.writer)})) for each in chosen
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(said) == {f"hub:{model}" for model in models[:2]}
    assert all(said.values())


def test_a_model_is_shared_by_those_who_choose_it(bot, models):
    writers = offered(bot, models)
    assert writers.bot(f"hub:{models[0]}").writer is writers.bot(f"hub:{models[0]}").writer


def test_opening_loads_and_a_third_model_takes_the_place_of_the_first(bot, models):
    writers = offered(bot, models)
    for model in models:
        shares = list(writers.opening(f"hub:{model}"))
        assert shares[-1] == 1.0
        assert all(0 <= share < 1 for share in shares[:-1])
    loaded = [writers.bot(f"hub:{model}").writer.loaded for model in models]
    assert loaded == [False, True, True]
    assert whole(writers.bot(f"hub:{models[0]}").writer)


def test_a_model_at_work_is_not_unloaded(bot, models):
    writer = offered(bot, models).bot(f"hub:{models[0]}").writer
    pieces = writer.stream(prompt())
    next(pieces)
    assert not writer.unload()
    pieces.close()
    writer.loading().result()
    assert writer.unload()
    assert not writer.loaded


@pytest.mark.parametrize("name", ["hub:/etc", "hub:someone/model", "openai:http://169.254.169.254#m", "nonsense", "", "hub:"])
def test_what_was_not_offered_cannot_be_chosen(bot, name):
    writers = offered(bot, host="0.0.0.0")
    with pytest.raises(ConfigError):
        list(writers.opening(name))


@pytest.mark.parametrize(
    ("host", "setting", "open_"),
    [("127.0.0.1", "auto", True), ("localhost", "auto", True), ("::1", "auto", True), ("0.0.0.0", "auto", False)]
    + [("0.0.0.0", "yes", True), ("127.0.0.1", "no", False), ("my.host", "auto", False)],
)
def test_endpoints_are_typed_only_where_that_harms_nobody(bot, host, setting, open_):
    assert offered(bot, host=host, endpoints=setting).endpoints is open_


def test_the_writer_that_is_set_is_kept_as_it_is(bot):
    config = Config(writer="openai:http://localhost:9#m", serve=ServeConfig(endpoints="no"))
    set_ = replace(bot, writer=make_writer(config), writer_name=config.writer)
    writers = Writers(set_, config)
    assert writers.bot(config.writer) is set_
    assert writers.bot("reader").writer is None
    assert [option.name for option in writers.options()] == ["reader", config.writer]


def test_endpoints_that_were_named_do_not_pile_up(bot):
    writers = offered(bot)
    for number in range(40):
        writers.bot(f"openai:http://localhost:9#{number}")
    assert len(writers._writers) <= 16


# --- choosing on the page -------------------------------------------------------------------------------------------------


def test_choosing_a_model_ends_with_it(bot, models):
    steps = list(choosing(offered(bot, models), f"hub:{models[0]}", "reader", "en"))
    assert all(step.chosen == "reader" for step in steps[:-1])
    assert steps[-1].chosen == f"hub:{models[0]}"
    assert steps[-1].said.startswith("From now on:")


@pytest.mark.parametrize(
    "wanted", ["hub:/nowhere", "<script>", "", "x" * 9000, "openai:http://a b#m", "https://s3cret@host/#m"]
)
def test_a_choice_that_cannot_be_had_leaves_the_one_before(bot, wanted):
    last = list(choosing(offered(bot), wanted, "reader", "ja"))[-1]
    assert last.chosen == "reader"
    assert last.said
    assert "s3cret" not in last.said


def test_a_model_that_fails_to_load_is_told_with_its_remedy(bot, models, monkeypatch):
    writers = offered(bot, models)
    writer = writers.bot(f"hub:{models[0]}").writer

    def fail(path, precision):
        raise WriterUnusable("hub:x", "it is broken", "Take another.")

    monkeypatch.setattr(writer, "_loaded", fail)
    last = list(choosing(writers, f"hub:{models[0]}", "reader", "en"))[-1]
    assert (last.chosen, last.said) == ("reader", "The writer hub:x: it is broken. Take another.")


def test_a_bare_address_is_an_endpoint(bot):
    last = list(choosing(offered(bot), " http://localhost:8000/v1#m ", "reader", "en"))[-1]
    assert last.chosen == "openai:http://localhost:8000/v1#m"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_picker_shows_who_writes_and_what_it_costs(language):
    told = picker_words(language)
    options = (
        Option("reader"),
        Option("hub:a/b", Cost(1_200_000_000, 0, 0)),
        Option("hub:c/d", Cost(99_000_000_000, 0, 0), False),
    )
    html = picker_html(Choice("hub:a/b", options, True), language)
    assert told.model_cost.format(size="1.2 GB") in html
    assert told.too_big.format(size="99.0 GB") in html
    assert html.count("disabled") == 1
    assert html.count('aria-pressed="true"') == 1
    assert '<form class="endpoint">' in html
    assert "<form" not in picker_html(Choice("reader", options, False), language)
    assert told.only in picker_html(Choice("reader", options[:1], False), language)


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "\ud800"])
def test_a_hostile_name_stays_text(hostile):
    html = picker_html(Choice(f"hub:{hostile}", (Option("reader"), Option(f"hub:{hostile}")), False), "en")
    assert "<script>" not in html
    assert "<img" not in html
    html.encode("utf-8")


def test_a_typed_endpoint_is_listed_as_chosen(bot):
    html = picker_html(replace(shown(offered(bot), "openai:http://localhost:1#m")), "en")
    assert html.count('aria-pressed="true"') == 1
    assert "m · http://localhost:1" in html


def test_models_are_looked_for_again_after_a_while(bot, monkeypatch):
    looks, times = [], [100.0]

    def look(precision, tokens):
        looks.append(times[-1])
        yield Candidate("hub:x/y", Cost(1, 1, 1))

    monkeypatch.setattr(module, "cached", look)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: times[-1]))
    writers = offered(bot)
    writers.options()
    writers.options()
    assert looks == [100.0]
    times.append(200.0)
    assert writers.options()[-1].name == "hub:x/y"
    assert looks == [100.0, 200.0]


def test_the_folder_of_a_model_is_not_shown():
    html = picker_html(
        Choice("reader", (Option("reader"), Option("hub:/srv/models/small-chat"), Option("hub:a/b")), False), "en"
    )
    assert ">small-chat<" in html
    assert ">a/b<" in html


def test_the_page_is_told_what_there_is_and_then_each_step(bot, models):
    writers = offered(bot, models)
    (now,) = choices(writers, "", "hub:/nowhere", "en")
    assert (now["chosen"], now["going"], now["said"]) == ("reader", False, "")
    *going, last = choices(writers, f"hub:{models[0]}", "reader", "en")
    assert all(step["going"] and step["chosen"] == "reader" for step in going)
    assert (last["going"], last["chosen"]) == (False, f"hub:{models[0]}")
