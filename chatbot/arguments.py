"""What the command line takes: commands, options and their help. Parsing runs nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from chatbot import __version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; `run` of what it parses names the command."""
    root = argparse.ArgumentParser(
        prog="openstance",
        description="Ask, in Japanese or English, what Hugging Face has said about open source and AI policy.",
    )
    root.add_argument("--version", action="version", version=f"openstance {__version__}")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    _ask_parsers(commands)
    _corpus_parsers(commands)
    _serve_parsers(commands)
    _eval_parser(commands)
    # The recipes have a parser of their own, which shows its own help.
    train = commands.add_parser("train", add_help=False, prefix_chars="\0", help="train one of the package's own models")
    train.set_defaults(run="train")
    train.add_argument("rest", nargs=argparse.REMAINDER)
    return root


def _command(commands: Any, name: str, run: str, help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML (default: openstance.toml if present)")
    parser.add_argument("--encoder", metavar="NAME", help="own, minilm, a sentence-transformers id or a folder")
    parser.add_argument("--corpus", metavar="DIR", help="answer from the documents of this folder")
    if name in ("ask", "chat", "serve", "mcp", "talk"):
        parser.add_argument("--writer", metavar="NAME", help="reader (the package's own), hub:MODEL or openai:URL#MODEL")
    return parser


def _ask_parsers(commands: Any) -> None:
    ask = _command(commands, "ask", "ask", "answer one question, or a batch of them")
    ask.add_argument("question", nargs="?", help="in Japanese or English")
    ask.add_argument("--batch", type=Path, metavar="FILE", help='JSON lines {"id", "question", "history"}; - is stdin')
    ask.add_argument("--json", action="store_true", help="print JSON instead of text")
    search = _command(commands, "search", "search", "find passages for a query, or a batch of them")
    search.add_argument("query", nargs="?")
    search.add_argument("--batch", type=Path, metavar="FILE", help='JSON lines {"id", "query"}; - is stdin')
    search.add_argument("--json", action="store_true", help="print JSON instead of text")
    search.add_argument("--k", type=int, default=10, help="how many passages (default 10)")
    read = _command(commands, "read", "read", "find the answer in one given context, line by line")
    read.add_argument("--batch", type=Path, required=True, metavar="FILE", help='JSON lines {"id", "question", "context"}')
    read.add_argument("--json", action="store_true", help="the only form there is")
    _command(commands, "chat", "chat", "ask and be answered in the terminal")
    _talk_parser(commands)


def _talk_parser(commands: Any) -> None:
    talk = _command(commands, "talk", "talk", "ask aloud and be answered aloud")
    talk.add_argument("--in", dest="heard", metavar="FILE", help="hear a WAV file instead of the microphone; - is a pipe")
    talk.add_argument("--out", metavar="FILE", help="speak into a WAV file; - is a pipe of 16-bit samples (see voice.rate)")
    talk.add_argument("--language", choices=("en", "ja"), default="en", help="spoken until yours is heard (default en)")
    modes = talk.add_mutually_exclusive_group()
    for name, told in (
        ("wake", "listen when called by name (default with a microphone)"),
        ("open", "always listen (default with --in)"),
        ("push", "listen from Enter to Enter; with --in, to the whole of it as one question"),
    ):
        flags = ["--push-to-talk"] if name == "push" else [f"--{name}"]
        modes.add_argument(*flags, dest="mode", action="store_const", const=name, help=told)
    talk.add_argument("--events", action="store_true", help="print everything that happens as JSON lines")
    talk.add_argument("--no-earcons", dest="earcons", action="store_false", help="without the short tones")


def _corpus_parsers(commands: Any) -> None:
    index = _command(commands, "index", "index", "index the documents of a folder")
    index.add_argument("--out", type=Path, metavar="DIR", help="where the index goes (default: the one that is searched)")
    _command(commands, "list", "list", "list the documents that are searched")


def _serve_parsers(commands: Any) -> None:
    serve = _command(commands, "serve", "serve", "serve the chat page")
    serve.add_argument("--host", metavar="ADDRESS", help="default 127.0.0.1")
    serve.add_argument("--port", type=int, metavar="N", help="default 7860")
    _command(commands, "mcp", "mcp", "answer agents over the Model Context Protocol on standard input and output")


def _eval_parser(commands: Any) -> None:
    evaluate = commands.add_parser("eval", help="measure answers, retrieval or reading on a set of questions")
    kinds = evaluate.add_subparsers(required=True, metavar="KIND")
    answers = _command(kinds, "answers", "eval_answers", "score answers to a question set (JSON lines)")
    retrieval = _command(kinds, "retrieval", "eval_retrieval", "rank the paragraphs of a SQuAD-format file for its questions")
    reading = _command(kinds, "reading", "eval_reading", "read the paragraphs of a SQuAD-format file")
    for parser in (retrieval, reading):
        parser.add_argument("--limit", type=int, metavar="N", help="a seeded sample of N questions")
    for parser in (answers, retrieval, reading):
        parser.add_argument("file", type=Path)
        parser.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="folder of the dated report")
