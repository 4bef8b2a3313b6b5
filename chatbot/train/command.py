"""The command `openstance train`: one recipe, one model, from nothing."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from chatbot.train import encoder, lexicon, reader

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
    return parser


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
