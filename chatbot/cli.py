"""The command line: parses, calls, prints. Answers go to stdout, everything else to stderr."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chatbot.arguments import parser
from chatbot.errors import ChatbotError, ExtraMissing, InputError

if TYPE_CHECKING:
    from chatbot.config import Config
    from chatbot.evaluate.report import Report
    from chatbot.pipeline import Chatbot

ANSWERED, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 answered, 2 bad usage or input, 1 anything else."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A lone surrogate in a file name or an argument must not stop an answer.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _COMMANDS[options.run](options)
    except InputError as error:
        _say(str(error))
        return BAD_INPUT
    except ChatbotError as error:
        _say(str(error))
        return FAILED
    except KeyboardInterrupt:
        _say("Stopped; nothing half-written was left.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (as `head` does); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _config(options: argparse.Namespace, **flags: Any) -> Config:
    from chatbot.config import load_config

    common = {"corpus": options.corpus, "encoder.name": options.encoder, "writer": getattr(options, "writer", None)}
    return load_config(options.config, flags={**common, **flags})


def _open(config: Config) -> Chatbot:
    from chatbot.assemble import opening

    quiet_libraries()
    return next(_watched(opening(config, _say)))  # type: ignore[no-any-return]


def _watched(steps: Iterator[Any]) -> Iterator[Any]:
    """Show the progress among the steps on a bar and yield the others."""
    from chatbot.assemble import Progress

    bar = None
    for step in steps:
        if isinstance(step, Progress):
            bar = bar or _bar(step.total)
            bar.update(step.done - bar.n)
            continue
        if bar is not None:
            bar.close()
        yield step


def _bar(total: int) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, desc="indexing", unit=" texts", file=sys.stderr, leave=False, disable=not sys.stderr.isatty())


def quiet_libraries() -> None:
    """Keep the progress bars and notices of libraries off the terminal; ours say what matters."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _ask(options: argparse.Namespace) -> int:
    from chatbot.serve import batch, terminal

    if (options.question is None) == (options.batch is None):
        raise InputError('Give one question, as in: openstance ask "What is NAIRR?", or a file with --batch.')
    config = _config(options)
    if options.batch:
        return _print_batch(batch.answers(batch.rows(options.batch), lambda: _open(config)))
    bot = _open(config)
    if options.json:
        _json(batch.answer_one(bot, options.question))
    else:
        for text in terminal.answer(bot.ask(options.question), colour=sys.stdout.isatty()):
            _out(text)
    return ANSWERED


def _search(options: argparse.Namespace) -> int:
    from chatbot.serve import batch, terminal

    if (options.query is None) == (options.batch is None):
        raise InputError("Give one query, or a file with --batch.")
    if not 1 <= options.k <= 1000:
        raise InputError(f"--k is {options.k}. It must be between 1 and 1000.")
    config = _config(options)
    if options.batch:
        lines = batch.rows(options.batch)
        return _print_batch(batch.searches(lines, lambda: _open(config), options.k))
    row = batch.search_one(_open(config), options.query, options.k)
    if options.json:
        _json(row)
    else:
        for text in terminal.found(row, colour=sys.stdout.isatty()):
            _out(text)
    return ANSWERED


def _read(options: argparse.Namespace) -> int:
    from chatbot.assemble import make_reader
    from chatbot.serve import batch

    quiet_libraries()
    return _print_batch(batch.readings(batch.rows(options.batch), lambda: make_reader(_config(options))))


def _print_batch(rows: Iterator[dict[str, Any]]) -> int:
    bad = 0
    for row in rows:
        _json(row)
        if "error" in row:
            bad += 1
            _say(str(row["error"]))
    return BAD_INPUT if bad else ANSWERED


def _chat(options: argparse.Namespace) -> int:
    from chatbot.serve import terminal

    bot = _open(_config(options))
    # Ctrl-C stops the answer, not the conversation.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for text in terminal.chat(bot, terminal.lines(sys.stdin), colour=sys.stdout.isatty()):
        _out(text)
    return ANSWERED


def _talk(options: argparse.Namespace) -> int:
    from chatbot.serve import told
    from chatbot.serve.talk import Talk, limits, talk

    if options.out and not options.heard:
        raise InputError("--out needs --in: with a microphone, answers go to the loudspeaker.")
    config = _config(options)
    how = Talk(options.heard, options.out, options.mode, options.language, options.earcons)
    page = told.Page(sys.stdout.isatty())
    # Standard output belongs to the sound where that goes into a pipe.
    tell = _say if options.out == "-" else _out
    for line in limits(config):
        _say(line)
    for at, event in talk(config, _open(config), how):
        if options.events:
            tell(json.dumps(told.row(event, at), ensure_ascii=False) + ("" if options.out == "-" else "\n"))
            continue
        for line in page.answers(event):
            tell(line.rstrip("\n") if options.out == "-" else line)
        for line in page.notices(event):
            _say(line)
    return ANSWERED


def _index(options: argparse.Namespace) -> int:
    from chatbot.assemble import build

    quiet_libraries()
    for made in _watched(build(_config(options), options.out, _say)):
        _say(f"Indexed {len(made.documents)} documents, {len(made.passages)} passages.")
    return ANSWERED


def _list(options: argparse.Namespace) -> int:
    from chatbot.assemble import documents

    found, problems = documents(_config(options))
    for document in found:
        _out(f"{document.path}\t{document.language}\t{document.date}\t{document.title}\n")
    for problem in problems:
        _say(str(problem))
    return ANSWERED


def _serve(options: argparse.Namespace) -> int:
    from chatbot.serve.launch import serve, serve_speakers

    config = _config(options, **{"serve.host": options.host, "serve.port": options.port, "wyoming.uri": options.wyoming})
    if options.no_page and not config.wyoming.uri:
        raise InputError("--no-page leaves nothing to be served. Add --wyoming for smart speakers.")
    quiet_libraries()
    (serve_speakers if options.no_page else serve)(config, _say)
    return ANSWERED


def _mcp(options: argparse.Namespace) -> int:
    from chatbot.serve.api.mcp import serve_stdio
    from chatbot.serve.app import Service

    config = _config(options)
    serve_stdio(Service(_open(config), config))
    return ANSWERED


def _eval_answers(options: argparse.Namespace) -> int:
    from chatbot.evaluate import run
    from chatbot.serve import batch

    config = _config(options)
    bot = _open(config)
    report = run.evaluate_answers(options.file, lambda q, past: batch.answer_one(bot, q, past), config.corpus_folder)
    return _report(options, report)


def _eval_retrieval(options: argparse.Namespace) -> int:
    from chatbot.evaluate import run
    from chatbot.evaluate.stages import searches

    quiet_libraries()
    return _report(options, run.evaluate_retrieval(options.file, searches(_config(options)), options.limit))


def _eval_reading(options: argparse.Namespace) -> int:
    from chatbot.assemble import make_reader
    from chatbot.evaluate import run

    quiet_libraries()
    return _report(options, run.evaluate_reading(options.file, make_reader(_config(options)).read, options.limit))


def _train(options: argparse.Namespace) -> int:
    try:
        from chatbot.train import command
    except ModuleNotFoundError as cause:
        raise ExtraMissing(str(cause.name), "train") from None
    return command.main(options.rest)


def _report(options: argparse.Namespace, report: Report) -> int:
    from chatbot.evaluate.report import render, write

    _out(render(report))
    parameters = {name: str(value) for name, value in vars(options).items() if name != "run" and value is not None}
    _say(f"Written to {write(report, parameters, options.out)}")
    return ANSWERED


def _json(row: dict[str, Any]) -> None:
    _out(json.dumps(row, ensure_ascii=False) + "\n")


def _out(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "ask": _ask,
    "chat": _chat,
    "eval_answers": _eval_answers,
    "eval_reading": _eval_reading,
    "eval_retrieval": _eval_retrieval,
    "index": _index,
    "list": _list,
    "mcp": _mcp,
    "read": _read,
    "search": _search,
    "serve": _serve,
    "talk": _talk,
    "train": _train,
}

if __name__ == "__main__":
    sys.exit(main())
