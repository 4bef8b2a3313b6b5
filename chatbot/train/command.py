"""The command `openstance train`: one recipe, one model, from nothing."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from chatbot.assemble import documents
from chatbot.config import Config
from chatbot.ingest import chunk
from chatbot.train import clearer, encoder, lexicon, reader
from chatbot.types import Language

ENCODER = Path(__file__).parents[1] / "weights" / "encoder"


def main(arguments: Sequence[str]) -> int:
    """Run the recipe that the arguments name, and return 0."""
    given = _parser().parse_args(arguments)
    given.run(given)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="openstance train", description="Train one of the package's own models.")
    recipes = parser.add_subparsers(required=True, metavar="MODEL")
    _recipe(recipes, "encoder", _encoder, "the bilingual encoder", encoder.MINUTES)
    # Reader and judge are one model: either name runs its recipe.
    for name in ("reader", "judge"):
        one = _recipe(recipes, name, _reader, "reader and judge, one model of four outputs", reader.MINUTES)
        one.add_argument("--encoder", type=Path, default=ENCODER, metavar="DIR", help="the encoder that it starts from")
    _recipe(recipes, "lexicon", _lexicon, "the word list between the languages", None)
    _clearer_options(recipes.add_parser("clearer", help="what takes noise and echo from speech", description=clearer.__doc__))
    return parser


def _clearer_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_clearer)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for examples, checkpoints and the network")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="documents whose sentences are said (default: the bundled)")
    parser.add_argument("--hours", type=float, default=clearer.HOURS, metavar="N", help="of speech to learn from")
    parser.add_argument(
        "--rounds", type=int, default=clearer.ROUNDS, metavar="N", help="how often each sentence is learned from"
    )
    parser.add_argument("--seed", type=int, default=0)


def _recipe(
    recipes: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object, help: str, minutes: float | None
) -> argparse.ArgumentParser:
    parser = recipes.add_parser(name, help=help, description=f"Train {help}.")
    parser.set_defaults(run=run)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public data, with its manifest.json")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for shards, checkpoints and the model")
    if minutes is not None:
        parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
        parser.add_argument("--minutes", type=float, default=minutes, metavar="N", help=f"of training (default {minutes:.0f})")
        parser.add_argument("--seed", type=int, default=0)
    return parser


def _encoder(given: argparse.Namespace) -> None:
    encoder.train(given.data, given.out, device=given.device, minutes=given.minutes, seed=given.seed)


def _reader(given: argparse.Namespace) -> None:
    options = {"device": given.device, "minutes": given.minutes, "seed": given.seed}
    reader.train(given.data, given.out, encoder=given.encoder, **options)


def _lexicon(given: argparse.Namespace) -> None:
    lexicon.train(given.data, given.out)


def _clearer(given: argparse.Namespace) -> None:
    config = Config(corpus=str(given.corpus)) if given.corpus else Config()
    texts: dict[Language, list[str]] = {"en": [], "ja": []}
    for document in documents(config)[0]:
        texts[document.language] += [sentence.text for passage in chunk(document) for sentence in passage.sentences]
    clearer.train((texts["en"], texts["ja"]), given.out, hours=given.hours, rounds=given.rounds, seed=given.seed)
