"""Measure the corpus: what its digests share with their originals word for word, and which questions they can answer.

    python benchmarks/corpus.py runs --sources DIR           longest run of words shared with each original, worst first
    python benchmarks/corpus.py coverage --questions FILE    share of questions whose facts the digests hold

Both take `--json` and `--corpus DIR`. Exit codes: 0 measured, 2 an input is missing or unreadable.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
LANGUAGES = ("en", "ja")
OWN = "OpenStance"  # publisher of the documents that are not digests of an original

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|「[^」\n]*」")
_MARKUP = re.compile(r"(?<=\])\([^)\s]*\)|<[^<>\n]*>")  # link targets and tags break no run of words
_WORD = re.compile(r"[a-z0-9]+")
_WORD_OR_CHARACTER = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_LONG_TITLE = 5  # units; a shorter title, such as "Model Cards", is not told from the words of the text


class InputError(Exception):
    """An input is missing or unreadable; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """The longest run that one digest shares with its original.

    Attributes:
        document: File name of the digest.
        length: In `unit`.
        unit: "words", or "characters" for Japanese.
        text: The run itself, folded to lower case.
    """

    document: str
    length: int
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """An answerable question of a question set.

    Attributes:
        id: As in the file, or the number of its line.
        facts: All must be met; a fact is met where one of its alternatives matches.
        documents: Stems of the originals, any one of which answers.
    """

    id: str
    facts: tuple[tuple[re.Pattern[str], ...], ...]
    documents: tuple[str, ...]


def front_matter(text: str) -> dict[str, str]:
    """The `key: value` lines between the `---` marks, values without quotes; empty where there are none."""
    block = _FRONT.match(text)
    pairs = (line.partition(":") for line in (block[1] if block else "").splitlines())
    return {key.strip(): value.strip().strip('"') for key, _, value in pairs}


def body(text: str) -> str:
    """`text` without its front matter."""
    return _FRONT.sub("", text, count=1)


def units(text: str, language: str) -> tuple[str, ...]:
    """Words of a text (a-z, 0-9, lower case); of a Japanese text its characters, a Latin word counting as one."""
    pattern = _WORD_OR_CHARACTER if language == "ja" else _WORD
    return tuple(pattern.findall(unicodedata.normalize("NFKC", text).lower()))


def unquoted(text: str) -> list[str]:
    """The pieces of `text` between its marked quotations."""
    return _QUOTED.split(text)


def without(piece: tuple[str, ...], name: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The parts of `piece` between the places where `name` stands in it."""
    parts, start = [], 0
    for i in range(len(piece) - len(name) + 1):
        if i >= start and piece[i : i + len(name)] == name:
            parts.append(piece[start:i])
            start = i + len(name)
    return [*parts, piece[start:]]


def longest_run(pieces: Sequence[tuple[str, ...]], original: tuple[str, ...]) -> tuple[str, ...]:
    """The longest run of units that lies within one of `pieces` and occurs in `original`; the first such run."""
    best: tuple[str, ...] = ()
    low, high = 0, len(original)
    while low < high:  # a shared run of n units contains one of n - 1
        middle = (low + high + 1) // 2
        known = {original[i : i + middle] for i in range(len(original) - middle + 1)}
        found = (p[i : i + middle] for p in pieces for i in range(len(p) - middle + 1) if p[i : i + middle] in known)
        run = next(found, None)
        if run is None:
            high = middle - 1
        else:
            best, low = run, middle
    return best


def shared_run(name: str, digest: str, original: str, language: str) -> Run:
    """The longest run of `digest` in `original`, both whole files in `language`.

    Marked quotations and the title of the original are left out of the digest.
    """
    pieces = [units(piece, language) for piece in unquoted(body(digest))]
    title = units(front_matter(digest).get("original_title", ""), language)
    if len(title) > _LONG_TITLE:
        pieces = [part for piece in pieces for part in without(piece, title)]
    run = longest_run(pieces, units(_MARKUP.sub("", body(original)), language))
    joiner, unit = ("", "characters") if language == "ja" else (" ", "words")
    return Run(name, len(run), unit, joiner.join(run))


def shared_runs(corpus: Path, sources: Path) -> list[Run]:
    """One run for each digest in the language of its original, longest first.

    Raises:
        InputError: If a folder or an original is missing.
    """
    digests = {path.name: path.read_text(encoding="utf-8") for path in _documents(corpus)}
    if not sources.is_dir():
        raise InputError(f"No folder of originals at {sources}. Name one that holds them as STEM.md: --sources DIR")
    found, absent = [], []
    for name, text in digests.items():
        front = front_matter(text)
        if front.get("publisher") == OWN or front.get("language") != front.get("original_language"):
            continue
        original = sources / f"{_stem(name)}.md"
        if original.is_file():
            found.append(shared_run(name, text, original.read_text(encoding="utf-8"), front["language"]))
        else:
            absent.append(original.name)
    if absent:
        raise InputError(f"{sources} lacks {', '.join(absent)}. Add them, or name another folder: --sources DIR")
    return sorted(found, key=lambda run: (-run.length, run.document))


def searchable(text: str) -> str:
    """`text` as facts are searched in it: NFKC, no commas between digits, white space folded."""
    folded = re.sub(r"(?<=\d),(?=\d)", "", unicodedata.normalize("NFKC", text))
    return " ".join(folded.split())


def read_questions(lines: Iterable[str]) -> list[Question]:
    """The answerable questions of a question set in JSON lines.

    Raises:
        InputError: If a line is no JSON object, lacks a field or holds a faulty expression.
    """
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row["answerable"]:
                facts = tuple(tuple(re.compile(one, re.I) for one in alternatives) for alternatives in row["facts"])
                stems = tuple(_stem(Path(name).name) for name in row["documents"])
                questions.append(Question(str(row.get("id", number)), facts, stems))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise InputError(f"Line {number} of the question set is unusable ({error!r}). Mend or drop it.") from error
    return questions


def covered(question: Question, texts: Mapping[str, str]) -> bool:
    """Whether the documents that `question` lists have all its facts; `texts` maps stems to searchable texts.

    A comparison takes its facts from several of them.
    """
    listed = [texts[stem] for stem in question.documents if stem in texts]
    return all(any(p.search(text) for p in fact for text in listed) for fact in question.facts)


def coverage(questions: Sequence[Question], corpus: Path) -> dict[str, dict[str, object]]:
    """For each language: number of questions, number and share covered by its digests, ids of the others.

    Raises:
        InputError: If the corpus is missing or there is no answerable question.
    """
    if not questions:
        raise InputError("The question set has no answerable question. Name another: --questions FILE")
    report: dict[str, dict[str, object]] = {}
    for language in LANGUAGES:
        paths = [path for path in _documents(corpus) if path.name.endswith(f".{language}.md")]
        texts = {_stem(path.name): searchable(body(path.read_text(encoding="utf-8"))) for path in paths}
        lacking = [question.id for question in questions if not covered(question, texts)]
        met = len(questions) - len(lacking)
        report[language] = {
            "questions": len(questions),
            "covered": met,
            "share": round(met / len(questions), 4),
            "not_covered": lacking,
        }
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and print its report; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        text = _runs_report(given) if given.command == "runs" else _coverage_report(given)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{text}\n")
    return 0


def _stem(name: str) -> str:
    return re.sub(r"(\.(en|ja))?\.md$", "", name)


def _documents(corpus: Path) -> list[Path]:
    found = sorted(path for path in corpus.glob("*.md") if re.search(r"\.(en|ja)\.md$", path.name))
    if not found:
        raise InputError(f"No documents STEM.en.md or STEM.ja.md in {corpus}. Name their folder: --corpus DIR")
    return found


def _runs_report(given: argparse.Namespace) -> str:
    runs = shared_runs(given.corpus, given.sources)
    longest = {unit: max((r.length for r in runs if r.unit == unit), default=0) for unit in ("words", "characters")}
    if given.json:
        return json.dumps({"runs": [asdict(run) for run in runs], "longest": longest}, ensure_ascii=False, indent=1)
    lines = [f"{run.length:4} {run.unit:10} {run.document}: {run.text}" for run in runs]
    return "\n".join([*lines, f"longest: {longest['words']} words, {longest['characters']} characters (Japanese)"])


def _coverage_report(given: argparse.Namespace) -> str:
    if not given.questions.is_file():
        raise InputError(f"No question set at {given.questions}. Name a file in JSON lines: --questions FILE")
    report = coverage(read_questions(given.questions.read_text(encoding="utf-8").splitlines()), given.corpus)
    if given.json:
        return json.dumps(report, ensure_ascii=False, indent=1)
    return "\n".join(
        f"{language}: {entry['covered']} of {entry['questions']} answerable questions"
        f" ({float(str(entry['share'])):.1%}) have all their facts in the listed digests"
        for language, entry in report.items()
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure the bundled corpus.")
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("runs", help="longest run of words shared with each original")
    runs.add_argument("--sources", type=Path, required=True, help="folder of the originals, STEM.md")
    questions = commands.add_parser("coverage", help="share of questions whose facts the digests hold")
    questions.add_argument("--questions", type=Path, required=True, help="question set, JSON lines")
    for command in (runs, questions):
        command.add_argument("--corpus", type=Path, default=CORPUS, help="folder of the digests")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
