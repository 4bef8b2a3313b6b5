"""What several tests share: an encoder that needs no weights, a small folder of documents, and a chatbot over it."""

import json
import os
import time
import zlib
from contextlib import contextmanager
from functools import cache as remembered

# The libraries read these when they are first imported.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import pytest

from chatbot import language
from chatbot.answer import conversation
from chatbot.config import Config, EncoderConfig
from chatbot.errors import QuestionError
from chatbot.retrieve.lexicon import Lexicon
from chatbot.types import Document, Examined, Hit, Passage, Reading, Sentence, Term

FILES = {
    "tower.en.md": """---
title: The harbour tower
date: 2024-05-17
url: https://example.org/tower
language: en
---
# The harbour tower

The harbour tower was finished in March 1962. It is 48 metres tall and carries a white lamp.

## Why it was built

The tower was built because two ferries had run aground on the reef in one winter. The owners of the ferries paid half of it.

## Rules for visitors

Visitors of the tower must keep three rules:

- Children under ten come with an adult.
- Nobody climbs after dusk.
- Dogs stay at the gate.
""",
    "library.en.md": """---
title: The town library
date: 2023-11-02
url: https://example.org/library
language: en
translation_of: library.ja.md
---
# The town library

The library lends 52,000 books, half of them for children. Reading there is free. It opens at nine on weekdays.
""",
    "library.ja.md": """---
title: 町の図書館
date: 2023-11-02
url: https://example.org/ja/library
language: ja
---
# 町の図書館

図書館は5万2千冊の本を貸し出しており、半分は子ども向けです。館内で読むのは無料です。平日は九時に開きます。
""",
    "bridge.ja.md": """---
title: 大橋の案内
date: 2022-04-01
language: ja
---
# 大橋の案内

大橋の長さは1200メートルです。大橋は2004年に完成しました。

## 通行料をなくした理由

橋の通行料をなくした理由は、島の漁師が毎日わたるためです。

## 橋でできること

橋では次のことができます:

- 歩いて島へわたる。
- 自転車を借りる。
- 夕日を見る。
""",
    "notes.txt": "The fish market is held on Saturdays. Crabs are sold by weight.\n",
}


class HashedEncoder:
    """A bag of search terms, each at a random place of its own; the same for every run and machine."""

    def __init__(self, dim=64):
        self.dim = dim
        self.calls = 0

    def encode(self, texts, kind):
        self.calls += 1
        rows = np.array([self._row(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dim)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _row(self, text):
        # A text without terms must be a unit row too; the empty term is its place.
        return sum((place(term, self.dim) for term in language.terms(text) or [""]), np.zeros(self.dim))


@remembered
def place(term, dim):
    return np.random.default_rng(zlib.crc32(term.encode("utf-8", "replace"))).standard_normal(dim)


class WordVocabulary:
    """Every search term of a question is a word of weight 1; the strangers are given."""

    def __init__(self, strangers=()):
        self._strangers = tuple(strangers)

    def look_up(self, text, language_):
        return tuple(Term(((term,),), 1.0) for term in dict.fromkeys(language.terms(text)))

    def strangers(self, question):
        return tuple(name for name in self._strangers if name in question)


class WordReader:
    """Counts the words that two texts share; stands where the reader's weights are not the point."""

    def __init__(self):
        self.examined = []

    def read(self, question, context):
        question = conversation.check(question)
        if not context.strip():
            raise QuestionError("The context is empty. Give the text to read.")
        spans = list(language.sentences(context)) or [(0, len(context))]
        start, end = max(spans, key=lambda span: shared(question, context[slice(*span)]))
        share = shared(question, context[start:end])
        return Reading(context[start:end], start, end, share, 1 - share)

    def examine(self, question, passages):
        self.examined.append((question, tuple(passages)))
        return [
            Examined(
                shared(question, passage.text),
                tuple(shared(question, each.text) for each in passage.sentences),
                shared(question, passage.text),
            )
            for passage in passages
        ]

    def support(self, couples):
        return [shared(claim, quote) for claim, quote in couples]


def shared(asked, text):
    """Return the share of one text's search terms that another has, 0 to 1."""
    wanted = set(language.terms(asked))
    return len(wanted & set(language.terms(text))) / len(wanted) if wanted else 0.0


class ScriptedWriter:
    """Writes what it was told to, one text a call, in pieces of a size; keeps what it was asked and how it ended."""

    def __init__(self, *texts, size=7, fails=None, waits=0.0):
        self.texts, self.size, self.fails, self.waits = texts, size, fails, waits
        self.prompts, self.given, self.ended = [], 0, 0

    def stream(self, prompt):
        self.prompts.append(prompt)
        text = self.texts[min(len(self.prompts), len(self.texts)) - 1]
        try:
            for at in range(0, len(text), self.size):
                self.given += 1
                yield text[at : at + self.size]
            time.sleep(self.waits)
            if self.fails:
                raise self.fails
        finally:
            self.ended += 1


def hit_of(sentences, scores=(), path="made.en.md", lang="en", **about):
    """Return a hit on one passage made of texts, or of (kind, text), a line each; its search found it with `dense`."""
    pairs = [("prose", sentence) if isinstance(sentence, str) else sentence for sentence in sentences]
    text = "\n".join(each for _, each in pairs)
    made, at = [], about.pop("start", 0)
    for kind, each in pairs:
        made.append(Sentence(at, at + len(each), each, kind))
        at += len(each) + 1
    dense, title = about.pop("dense", 0.8), about.pop("title", "Made up")
    document = Document(path, " " * made[0].start + text, "text", title, lang, **about)
    scores = tuple(scores) or (0.5,) * len(made)
    return Hit(Passage(document, (title,), tuple(made)), max(scores), (("dense", dense),), scores)


def written(folder, files):
    """Write files, given as name=text or bytes, and return their folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def collected(folder, encoder):
    """Return the collection of a folder's documents."""
    from chatbot.assemble import Progress, index

    (made,) = [step for step in index(Config(corpus=str(folder)), encoder) if not isinstance(step, Progress)]
    return made


def saved_model(folder):
    """Save a sentence-transformers model of two small random layers, which knows letters and pairs of them."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = sorted({char for text in FILES.values() for char in text.lower() if not char.isspace()})
    words = sorted({word for text in FILES.values() for word in text.lower().split() if word.isascii() and word.isalpha()})
    pieces = dict.fromkeys([*special, *letters, *(f"##{char}" for char in letters), *words])
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    cut = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    cut.normalizer = normalizers.BertNormalizer()
    cut.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cut.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        sizes = {"num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 128}
        model = BertModel(BertConfig(vocab_size=len(vocabulary), hidden_size=32, initializer_range=0.5, **sizes))
    base = folder.with_name(folder.name + "-base")
    model.save_pretrained(base)
    PreTrainedTokenizerFast(tokenizer_object=cut, model_max_length=128, **names).save_pretrained(base)
    layers = [Transformer(str(base), max_seq_length=128), Pooling(32, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=layers, device="cpu").save(str(folder))
    return folder


def saved_cross(folder, layers=2, alter=None):
    """Save a random encoder and a random reader on its table as training does, and return the reader's folder.

    Args:
        folder: Receives `encoder` and `reader`.
        layers: Of the network.
        alter: Given the untrained network and its vocabulary's rows by piece, changes the weights in place.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    from chatbot.answer.network import network
    from chatbot.train import export

    base, tokens = folder / "base", folder / "tokens"
    rows = saved_tokens(base, tokens)
    sizes = {"num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": layers, "initializer_range": 0.3}
    config = BertConfig(vocab_size=len(rows), hidden_size=32, hidden_dropout_prob=0.0, **sizes)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = network(config)
        if alter:
            with torch.no_grad():
                alter(model, rows)
        without_pooler = BertModel(config, add_pooling_layer=False)
    weights = model["bert"].state_dict()
    without_pooler.load_state_dict({name: value for name, value in weights.items() if not name.startswith("pooler.")})
    save_file({name: value for name, value in weights.items() if name.startswith("pooler.")}, base / "model.safetensors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chatbot.train.backbone.base_folder", lambda: base)
        export.encoder(without_pooler, tokens, folder / "encoder")
    export.reader(model.state_dict(), config, folder / "encoder", folder / "reader")
    return folder / "reader"


def saved_tokens(base, out):
    """Save a tokenizer of the package's kind that knows ASCII and the letters of the documents; return its rows by piece."""
    from chatbot.train import tokenizer

    letters = sorted({chr(code) for code in range(33, 127)} | {char for text in FILES.values() for char in text} | set("★☆"))
    letters = [letter for letter in dict.fromkeys(letter.lower() for letter in letters) if not letter.isspace()]
    words = sorted({word for text in FILES.values() for word in text.lower().split() if word.isascii() and word.isalpha()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *words])
    base.mkdir(parents=True, exist_ok=True)
    vocabulary = {"model": {"vocab": {piece: row for row, piece in enumerate(pieces)}}}
    (base / "tokenizer.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    japanese = [text for name, text in FILES.items() if ".ja." in name]
    return {piece: row for row, piece in enumerate(tokenizer.build(base, japanese * 10, out))}


@contextmanager
def without_word_list():
    """Leave out the list of words that comes with the weights: tests hold with and without it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chatbot.assemble.load_lexicon", lambda: Lexicon({}))
        yield


@contextmanager
def without_reader():
    """Let words stand for the reader that comes with the weights, and yield what reads now."""
    reader = WordReader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chatbot.assemble.make_reader", lambda config: reader)
        yield reader


@pytest.fixture
def plain_words():
    with without_word_list():
        yield


@pytest.fixture
def word_reader():
    with without_reader() as reader:
        yield reader


@pytest.fixture
def encoder():
    return HashedEncoder()


@pytest.fixture
def make_vocabulary():
    return WordVocabulary


@pytest.fixture
def make_writer():
    return ScriptedWriter


@pytest.fixture(scope="session")
def make_hit():
    return hit_of


@pytest.fixture(scope="session")
def write():
    return written


@pytest.fixture
def corpus(tmp_path):
    """A fresh folder with the documents."""
    return written(tmp_path / "corpus", FILES)


@pytest.fixture(scope="session")
def settings():
    """A configuration that does not depend on which weights the package came with."""
    return Config(encoder=EncoderConfig(name="hashed", languages=("en", "ja")))


@pytest.fixture(scope="session")
def make_collection():
    return collected


@pytest.fixture(scope="session")
def bot(tmp_path_factory, settings):
    """A chatbot over the documents; nothing in it changes, so all tests share it."""
    from chatbot.assemble import assemble

    folder, encoder = written(tmp_path_factory.mktemp("shared") / "corpus", FILES), HashedEncoder()
    with without_word_list(), without_reader():
        return assemble(settings, encoder, collected(folder, encoder))


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    """A folder that sentence-transformers loads."""
    return saved_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def cross_folder(tmp_path_factory):
    """The folder of a small random reader, beside its encoder's; nothing in them changes."""
    return saved_cross(tmp_path_factory.mktemp("cross"))


@pytest.fixture(scope="session")
def make_cross():
    return saved_cross


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of indexes for a command that is run in an empty folder, without settings from outside."""
    for name in [name for name in os.environ if name.startswith("OPENSTANCE_")]:
        monkeypatch.delenv(name)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("OPENSTANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def run(capsys, model_folder, cache, plain_words, word_reader):
    """Run one command with the tiny model and return its exit code, stdout and stderr."""
    from chatbot.cli import main

    def command(name, *arguments):
        capsys.readouterr()
        chosen = ["--encoder", str(model_folder)] if name.isalpha() else []
        try:
            code = main([name, *chosen, *map(str, arguments)])
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return command
