"""Settings: defaults, then a file, then the environment, then flags; what is wrong is told with what would be right."""

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from chatbot.config import Config, EncoderConfig, bundled, load_config, writer_parts
from chatbot.config.wyoming import Address, address_of
from chatbot.errors import ConfigError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Work in an empty folder, so that no file of the checkout is read."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def toml(tmp_path):
    def write(text, name="settings.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


# --- which wins ------------------------------------------------------------------------------------------------------


def test_without_anything_the_defaults_hold():
    assert load_config(environment={}) == Config()


def test_flags_win_over_the_environment_over_the_file_over_the_defaults(toml):
    file = toml('corpus = "file"\ncache = "file"\n[encoder]\nname = "file"\n[search]\nhits = 3\n')
    environment = {"OPENSTANCE_CACHE": "environment", "OPENSTANCE_ENCODER_NAME": "environment"}
    config = load_config(file, environment, {"encoder.name": "flag", "corpus": None})
    assert (config.corpus, config.cache, config.encoder.name) == ("file", "environment", "flag")
    assert (config.search.hits, config.answer) == (3, Config().answer)


def test_a_file_in_the_working_folder_is_read():
    Path("openstance.toml").write_text('corpus = "here"\n', encoding="utf-8")
    assert load_config(environment={}).corpus == "here"


def test_the_environment_may_name_the_file(toml):
    assert load_config(environment={"OPENSTANCE_CONFIG": str(toml('corpus = "named"'))}).corpus == "named"


def test_variables_of_others_are_left_alone():
    assert load_config(environment={"PATH": "x", "CORPUS": "y", "OPENSTANCES": "z"}) == Config()


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("OPENSTANCE_CORPUS", "somewhere", lambda config: config.corpus == "somewhere"),
        ("OPENSTANCE_SEARCH_HITS", "7", lambda config: config.search.hits == 7),
        ("OPENSTANCE_SEARCH_DENSE_WEIGHT", "0.5", lambda config: config.search.dense_weight == 0.5),
        ("OPENSTANCE_ENCODER_QUERY_PREFIX", "query: ", lambda config: config.encoder.query_prefix == "query: "),
        ("OPENSTANCE_ENCODER_LANGUAGES", "en, ja", lambda config: config.encoder.languages == ("en", "ja")),
        ("OPENSTANCE_SERVE_PORT", "8080", lambda config: config.serve.port == 8080),
        ("OPENSTANCE_SEARCH_EXAMINE", "0", lambda config: config.search.examine == 0),
        ("OPENSTANCE_DEVICE", "cuda", lambda config: config.device == "cuda"),
    ],
)
def test_variables_are_read_as_what_they_set(variable, value, read):
    assert read(load_config(environment={variable: value}))


def test_values_of_a_file_keep_their_types(toml):
    config = load_config(toml('[search]\ndense_weight = 2\n[encoder]\nlanguages = ["ja"]\n'), {})
    assert config.search.dense_weight == 2.0
    assert isinstance(config.search.dense_weight, float)
    assert config.encoder.languages == ("ja",)


@pytest.mark.parametrize("lines", ["hits = 3\nexamine = 2", "examine = 2\nhits = 3", "examine = 30\nhits = 40", "hits = 1"])
def test_settings_of_one_group_may_come_in_any_order(toml, lines):
    told = dict(line.split(" = ") for line in lines.split("\n"))
    config = load_config(toml(f"[search]\n{lines}\n"), {})
    assert {name: str(getattr(config.search, name)) for name in told} == told


def test_an_unknown_device_is_told_with_those_there_are():
    with pytest.raises(ConfigError, match="^device is 'gpu'. It must be one of auto, cpu, cuda, mps."):
        load_config(environment={}, flags={"device": "gpu"})


def test_a_configuration_can_be_compared_and_not_changed():
    assert Config(encoder=EncoderConfig("x")) == Config(encoder=EncoderConfig("x")) != Config()
    with pytest.raises(FrozenInstanceError):
        Config().corpus = "x"


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        ("corpse", "corpus"),
        ("encoder.nam", "encoder.name"),
        ("search.hit", "search.hits"),
        ("answer.senteces", "answer.sentences"),
        ("encoder", "encoder.name"),
        ("serve.prot", "serve.port"),
    ],
)
def test_an_unknown_name_is_refused_with_the_closest(toml, name, closest):
    message = f"There is no setting '{name}'. The closest is '{closest}'."
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(environment={}, flags={name: "x"})
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(toml(f'{name} = "x"\n'), {})


def test_an_unknown_variable_is_refused_with_the_closest():
    with pytest.raises(ConfigError, match="no setting 'encoder_nam'. The closest is 'encoder.name'"):
        load_config(environment={"OPENSTANCE_ENCODER_NAM": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("search.hits", 0),
        ("search.hits", 201),
        ("search.hits", "many"),
        ("search.examine", -1),
        ("search.examine", 201),
        ("search.examine", "some"),
        ("device", ""),
        ("device", "tpu"),
        ("search.dense_weight", -1),
        ("search.dense_weight", "nan"),
        ("search.lexical_weight", "inf"),
        ("answer.sentences", 0),
        ("answer.width", 79),
        ("answer.enough", 1.1),
        ("answer.enough", "nan"),
        ("serve.port", 0),
        ("serve.port", 65536),
        ("serve.port", "http"),
        ("encoder.name", ""),
        ("writer", "poet"),
        ("writer", "hub:"),
        ("writer", "openai:http://localhost"),
        ("writer", "openai:ftp://localhost#m"),
        ("writer", "openai:#m"),
        ("writer", "openai:https://key@example.org#m"),
        ("writer", "openai:https://example.org/v1?key=x#m"),
        ("writing.max_tokens", 0),
        ("writing.prompt_tokens", 199),
        ("writing.precision", "int3"),
        ("writing.timeout", 0),
        ("voice.recognizer", "ear"),
        ("voice.recognizer", "whisper:"),
        ("voice.recognizer", "sphinx:x"),
        ("voice.english", "openjtalk"),
        ("voice.japanese", "espeak"),
        ("voice.japanese", "openjtalk: "),
        ("voice.japanese", "kokoro:folder"),
        ("voice.english", "piper:"),
        ("voice.wake_model", "word.onnx"),
        ("voice.rate", 7999),
        ("voice.speed", 0.4),
        ("voice.speed", "nan"),
        ("voice.wake", ""),
        ("voice.speech", 1),
    ],
)
def test_an_impossible_value_is_refused_by_name_with_the_rule(name, value):
    with pytest.raises(ConfigError, match=rf"^{re.escape(name)} (is|must) .*\."):
        load_config(environment={}, flags={name: value})


@pytest.mark.parametrize(
    "line",
    ["corpus = 5", "corpus = []", "search.hits = 3.7", "search.hits = true", "serve.host = true", "encoder.languages = 5"],
)
def test_a_value_of_another_type_is_refused(toml, line):
    name = line.split(" = ")[0]
    with pytest.raises(ConfigError, match=rf"^{re.escape(name)} .*type"):
        load_config(toml(line), {})


@pytest.mark.parametrize("content", ["corpus =", "[search\n", b"\xff\xfe\x00", "corpus = 'a'\ncorpus = 'b'"])
def test_a_file_that_is_no_toml_is_named(toml, content):
    with pytest.raises(ConfigError, match=r"settings\.toml is not TOML: .*\. Mend that line or remove the file\."):
        load_config(toml(content), {})


def test_a_named_file_must_be_there(tmp_path):
    for way in ({"file": tmp_path / "none.toml"}, {"environment": {"OPENSTANCE_CONFIG": str(tmp_path / "none.toml")}}):
        with pytest.raises(ConfigError, match=r"Cannot read .*none\.toml \(No such file"):
            load_config(**{"environment": {}, **way})


# --- folders ---------------------------------------------------------------------------------------------------------


def test_the_corpus_is_the_programs_own_unless_named():
    assert Config().corpus_folder == bundled("corpus")
    assert Config(corpus="docs").corpus_folder == Path("docs")


def test_indexes_are_cached_where_the_user_keeps_such_things(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Config().cache_folder == tmp_path / "openstance"
    assert Config(cache="own").cache_folder == Path("own")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Config().cache_folder == tmp_path / "home" / ".cache" / "openstance"


def test_a_user_without_a_home_has_a_cache_too(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert Config().cache_folder.is_absolute()


def test_the_key_of_an_endpoint_is_no_setting_and_stands_in_no_error():
    assert load_config(environment={"OPENSTANCE_API_KEY": "secret"}) == Config()
    with pytest.raises(ConfigError) as caught:
        load_config(environment={}, flags={"writer": "openai:https://user:secret@example.org/v1#m"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("reader", ("reader", "", "")),
        ("hub:Qwen/Qwen3-0.6B", ("hub", "Qwen/Qwen3-0.6B", "")),
        ("hub:C:/models/x", ("hub", "C:/models/x", "")),
        ("openai:http://localhost:8000/v1#org/m", ("openai", "org/m", "http://localhost:8000/v1")),
        ("openai:https://[::1]:80#m:fastest", ("openai", "m:fastest", "https://[::1]:80")),
    ],
)
def test_a_writer_is_named_by_its_kind(name, parts):
    assert writer_parts(load_config(environment={"OPENSTANCE_WRITER": name}).writer) == parts


def test_writing_can_be_set_by_the_environment():
    config = load_config(environment={"OPENSTANCE_WRITING_MAX_TOKENS": "99", "OPENSTANCE_WRITING_PROMPT_TOKENS": "800"})
    assert (config.writing.max_tokens, config.writing.prompt_tokens) == (99, 800)


# --- yes and no, and what is served ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "read"), [("true", True), ("Yes", True), ("1", True), ("off", False), ("0", False)])
def test_yes_and_no_may_be_said_in_several_ways(text, read):
    assert load_config(environment={"OPENSTANCE_SERVE_LOG_QUESTIONS": text}).serve.log_questions is read


def test_yes_and_no_of_a_file_are_its_own(toml):
    assert load_config(toml("[serve]\nlog_questions = true\n"), {}).serve.log_questions is True
    for line in ("serve.log_questions = 1", "serve.log_questions = 'perhaps'"):
        with pytest.raises(ConfigError, match=r"^serve\.log_questions .*type bool"):
            load_config(toml(line), {})


def test_secrets_are_no_settings():
    assert load_config(environment={"OPENSTANCE_USERS": "a:b", "OPENSTANCE_API_KEYS": "c"}) == Config()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("serve.log", "xml"),
        ("serve.metrics", "maybe"),
        ("serve.feedback", "hub:me"),
        ("guard.questions", -1),
        ("guard.proxies", 11),
        ("guard.body", 1),
        ("guard.session", 0),
        ("guard.session", "nan"),
    ],
)
def test_an_impossible_guard_is_refused(name, value):
    with pytest.raises(ConfigError, match=rf"^{re.escape(name)} is .*\."):
        load_config(environment={}, flags={name: value})


@pytest.mark.parametrize(
    ("uri", "address", "local"),
    [
        ("tcp://127.0.0.1:10700", Address("tcp", "127.0.0.1", 10700), True),
        ("tcp://localhost:1/", Address("tcp", "localhost", 1), True),
        ("tcp://[::1]:10700", Address("tcp", "::1", 10700), True),
        ("tcp://0.0.0.0:10700", Address("tcp", "0.0.0.0", 10700), False),
        ("tcp://[::]:0", Address("tcp", "::", 0), False),
        ("tcp://house.example:10700", Address("tcp", "house.example", 10700), False),
        ("unix:///run/openstance.sock", Address("unix", path="/run/openstance.sock"), True),
        ("stdio://", Address("stdio"), True),
    ],
)
def test_an_address_for_smart_speakers_is_what_its_uri_says(uri, address, local):
    config = load_config(environment={}, flags={"wyoming.uri": uri})
    assert address_of(config.wyoming.uri) == address
    assert address.local is local
    assert address_of(str(address)) == address


@pytest.mark.parametrize(
    "uri",
    [
        "tcp://127.0.0.1",
        "tcp://:10700",
        "tcp://here:99999",
        "tcp://here:port",
        "tcp://[::1:10700",
        "tcp://here:1/path",
        "tcp://user@here:1",
        "tcp://here:1?x=1",
        "udp://here:1",
        "10700",
        "127.0.0.1:10700",
        "unix://run/here.sock",
        "unix://",
        "unix:///",
        "stdio://here",
        "http://127.0.0.1:10700",
    ],
)
def test_a_uri_that_is_none_for_smart_speakers_is_refused_with_one_that_is(uri):
    with pytest.raises(ConfigError, match=r"wyoming\.uri.*tcp://127\.0\.0\.1:10700"):
        load_config(environment={}, flags={"wyoming.uri": uri})


@pytest.mark.parametrize("name", ["idle", "connections", "audio_seconds", "text", "conversations", "remember"])
def test_limits_of_smart_speakers_have_limits(name):
    with pytest.raises(ConfigError, match=f"wyoming.{name}"):
        load_config(environment={}, flags={f"wyoming.{name}": "-1"})
