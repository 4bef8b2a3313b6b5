"""Measure the encoder, the reader and the judge, and the peers beside them, in one table.

    python benchmarks/models.py --data ../shared/data [--limit N] [--only NAME,...] [--out FILE.json]

Prints a Markdown table; --out writes the same figures, with the seconds of each measure, as JSON. Without --limit each
measure asks what its own limit allows (1,500 questions of a set for search, 1,000 for reading), always the same ones.
Nothing that is measured here was trained on. Exit codes: 0 measured, 2 the command or an input is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from across import Direction, crossings, directions
from claims import altered_sentences, judged_claims
from measured import Row, Setting, above, held_pairs, markdown
from peers import DENSE, Encode, peers

from chatbot import assemble
from chatbot.config import load_config
from chatbot.errors import ChatbotError, ConfigError
from chatbot.evaluate import stages
from chatbot.evaluate.metrics import mean
from chatbot.evaluate.questions import sample
from chatbot.evaluate.run import DEPTH, Build, Search, evaluate_reading, evaluate_retrieval
from chatbot.train.measure import load, sentences, top_one

JSQUAD = "jglue/jsquad-valid-v1.3.json.xz"
SQUAD, SQUAD_TWO = "squad/squad-v1.1-even-articles.json.xz", "squad/squad-v2.0-even-articles.json.xz"
STAGES = {"dense": "dense", "hybrid": "hybrid", "hybrid + rerank": "+ rerank"}
MRR, RECALL = f"mrr@{DEPTH}", f"recall@{DEPTH}"
WEIGHTS = Path(assemble.__file__).parent / "weights"

_SEARCHES = 1500
_READINGS = 1000


@lru_cache(maxsize=1)
def minilm() -> Encode:
    """Return the model that ours began as."""
    return load("minilm")


def searches(setting: Setting) -> tuple[dict[str, Build], dict[str, Build]]:
    """Return the peers' searches and ours, by name."""
    ours = stages.searches(setting.config)
    return peers(minilm()), {name: ours[stage] for stage, name in STAGES.items()}


def sentence_retrieval(setting: Setting) -> list[Row]:
    """Find the translation of a sentence among those of 1,000 held-out pairs."""
    found = sample(sentences(held_pairs(setting.data)), setting.limit)
    encoder = assemble.make_encoder(setting.config)
    with warnings.catch_warnings():
        # A small sample may lack one of the kinds of text that are reported beside the whole.
        warnings.simplefilter("ignore", RuntimeWarning)
        own = top_one(lambda texts: encoder.encode(texts, "passage"), found)
        peer = top_one(minilm(), found)
    wanted = {"ja_en": ("ja → en", "90", "96"), "en_ja": ("en → ja", "", "")}
    return [
        Row(f"sentence retrieval {name}, top-1", len(found), {"": own[key]}, {DENSE: peer[key]}, least, aim)
        for key, (name, least, aim) in wanted.items()
    ]


def retrieval_japanese(setting: Setting) -> list[Row]:
    """Find the paragraph of each question of JSQuAD valid."""
    return _retrieval(setting, "JSQuAD valid as retrieval", JSQUAD, (3, 8))


def retrieval_english(setting: Setting) -> list[Row]:
    """Find the paragraph of each question of the public half of SQuAD dev."""
    return _retrieval(setting, "SQuAD even half as retrieval", SQUAD, (1, 4))


def _retrieval(setting: Setting, name: str, file: str, points: tuple[int, int]) -> list[Row]:
    others, ours = searches(setting)
    figures = evaluate_retrieval(setting.data / file, {**others, **ours}, setting.at_most(_SEARCHES)).figures
    n = int(next(iter(figures.values()))["n"])
    rows = []
    for figure, wanted in ((MRR, points), (RECALL, ())):
        peer, own = ({each: figures[each][figure] for each in some} for some in (others, ours))
        least, aim = (above(peer, point) for point in wanted) if wanted else ("", "")
        rows.append(Row(f"{name}, {figure.replace('mrr', 'MRR')}", n, own, peer, least, aim))
    return rows


def across_languages(setting: Setting) -> list[Row]:
    """Find the passage in the other language, in each direction and in both together."""
    others, ours = searches(setting)
    found: dict[str, dict[str, list[bool]]] = {}
    for direction in directions(sample(crossings(held_pairs(setting.data)), setting.at_most(_SEARCHES)), setting.data):
        found[direction.name] = {
            name: recalled(build(direction.paragraphs), direction) for name, build in {**others, **ours}.items()
        }
    found["both"] = {name: [hit for one in found.values() for hit in one[name]] for name in (*others, *ours)}
    return [
        Row(
            f"across languages {direction}, {RECALL}",
            len(hits[DENSE]),
            {name: mean(hits[name]) for name in ours},
            {name: mean(hits[name]) for name in others},
            *(("50", "75") if direction == "both" else ("", "")),
        )
        for direction, hits in found.items()
    ]


def recalled(search: Search, direction: Direction) -> list[bool]:
    """Say of each question whether its passage is among the first ten."""
    asked = zip(direction.questions, direction.gold, strict=True)
    return [right in search(question)[:DEPTH] for question, right in asked]


def reading(setting: Setting) -> list[Row]:
    """Read the paragraph of each question for its answer."""
    read, limit = assemble.make_reader(setting.config).read, setting.at_most(_READINGS)
    rows = []
    for name, file, wanted in (
        ("JSQuAD valid reading", JSQUAD, (("65 on CPU, 72", "80"), ("77 on CPU, 83", "88"))),
        ("SQuAD 1.1 even half reading", SQUAD, (("65, 74 with a GPU", "78"), ("76, 83 with a GPU", "86"))),
    ):
        figures = evaluate_reading(setting.data / file, read, limit).figures["answerable"]
        for (key, shown), (least, aim) in zip({"exact": "EM", "f1": "F1"}.items(), wanted, strict=True):
            rows.append(Row(f"{name}, {shown}", int(figures["n"]), {"": figures[key]}, {}, least, aim))
    figures_two = evaluate_reading(setting.data / SQUAD_TWO, read, limit).figures
    return rows + _with_unanswerable(figures_two)


def _with_unanswerable(figures: Mapping[str, Mapping[str, float]]) -> list[Row]:
    n = int(figures["all"]["n"])
    silent = 1 - figures.get("answerable", {"n": 0})["n"] / n
    return [
        Row(f"SQuAD 2.0 even half, F1, {name}", n, {"": figures[name]["f1"]}, {"always abstaining": silent}, "60", "68")
        for name in ("best threshold", "threshold 0.5")
        if name in figures
    ]


def sizes(setting: Setting) -> list[Row]:
    """Count the bytes of all weights that come with the program."""
    del setting
    folders = sorted(folder for folder in WEIGHTS.iterdir() if folder.is_dir())
    files = [file for file in WEIGHTS.rglob("*") if file.is_file()]
    ours = {"all": _megabytes(files)} | {each.name: _megabytes([f for f in files if each in f.parents]) for each in folders}
    return [Row("all weights on disk", len(files), ours, {"multilingual-e5-small": 470.0}, "90 MB", "45 MB", "MB")]


def _megabytes(files: Sequence[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


MEASURES: Mapping[str, Callable[[Setting], list[Row]]] = {
    "sentences": sentence_retrieval,
    "jsquad-retrieval": retrieval_japanese,
    "squad-retrieval": retrieval_english,
    "across": across_languages,
    "reading": reading,
    "altered": altered_sentences,
    "judged": judged_claims,
    "sizes": sizes,
}


def measure(setting: Setting, names: Sequence[str]) -> tuple[list[Row], dict[str, float]]:
    """Take the named measures; returns their rows and the seconds of each, told on stderr as they come."""
    rows: list[Row] = []
    seconds: dict[str, float] = {}
    for name in names:
        began = time.monotonic()
        rows += MEASURES[name](setting)
        seconds[name] = round(time.monotonic() - began, 1)
        print(f"{name}: {seconds[name]:.1f} s", file=sys.stderr)
    return rows, seconds


def chosen(only: str) -> list[str]:
    """Return the measures that `--only` names, all if it names none.

    Raises:
        ConfigError: If there is no such measure.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [name for name in names if name not in MEASURES]:
        raise ConfigError(f"There is no measure {unknown[0]!r}. Choose from: {', '.join(MEASURES)}.")
    return names or list(MEASURES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description="Measure the models and their peers.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--limit", type=int, help="at most this many questions, claims or pairs of each set")
    parser.add_argument("--only", default="", help=f"measures, with commas between: {', '.join(MEASURES)}")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    given = parser.parse_args(arguments)
    try:
        rows, seconds = measure(Setting(given.data, given.limit, load_config()), chosen(given.only))
    except (ChatbotError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(markdown(rows))
    if given.out:
        report = {"rows": [asdict(row) for row in rows], "seconds": seconds, "limit": given.limit}
        given.out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
