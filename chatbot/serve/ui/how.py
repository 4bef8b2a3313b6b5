"""How an answer came about, as HTML: the passages with their scores, the grounds, what was struck, the time it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from chatbot.grounds import Weighed
from chatbot.pipeline import WRITER
from chatbot.serve.ui.escape import reading, safe
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.words import Words, load
from chatbot.types import Done, Hit, Language

_SHOWN = 8
# In characters: enough to know a sentence again.
_SENTENCE = 160


@dataclass(frozen=True, slots=True)
class HowWords:
    """Every text of this part in one language."""

    summary: str
    question: str
    passages: str
    more: str
    read: str
    scores: Mapping[str, str]
    meanings: Mapping[str, str]
    enough: str
    not_enough: str
    weighed: str
    near: str
    covered: str
    holds: str
    not_shown: str
    strangers: str
    chosen: str
    struck: str
    times: str
    stages: Mapping[str, str]
    milliseconds: str


@cache
def how_words(language: Language) -> HowWords:
    """Return the texts of this part in one language."""
    return load(HowWords, "how", language)


def how_html(exchange: Exchange, said: Words) -> str:
    """Render the way of a finished answer, folded away; nothing where nothing was searched."""
    done = exchange.done
    # One that a browser kept has its quotes, and no longer what they were compared with.
    if done is None or not exchange.hits or not done.timings_ms:
        return ""
    told = how_words(said.code)
    steps = (
        _question(exchange, done, told),
        _passages(exchange, told, said),
        _grounds(done.weighed, told),
        _outcome(exchange, done, told),
        _times(done.timings_ms, told),
    )
    shown = "".join(f"<li>{step}</li>" for step in steps if step)
    return f'<details class="how"><summary>{safe(told.summary)}</summary><ol class="steps">{shown}</ol></details>'


def _question(exchange: Exchange, done: Done, told: HowWords) -> str:
    if done.query.text == exchange.question.strip():
        return ""
    return f'<p class="label">{safe(told.question)}</p><p dir="auto" lang="{done.query.language}">{safe(done.query.text)}</p>'


def _passages(exchange: Exchange, told: HowWords, said: Words) -> str:
    hits = exchange.hits[:_SHOWN]
    names = [name for name in told.scores if name == "score" or any(name in dict(hit.parts) for hit in hits)]
    # Of shares the whole is 1; of sums it is the best one shown.
    whole = {name: 1.0 if name in ("dense", "lexical", "answers") else max(_score(hit, name) for hit in hits) for name in names}
    rows = "".join(f"<li>{_passage(exchange, hit, whole, told, said)}</li>" for hit in hits)
    rest = len(exchange.hits) - len(hits)
    more = f'<p class="label">{safe(told.more.format(n=rest))}</p>' if rest else ""
    terms = "".join(f"<dt>{safe(told.scores[name])}</dt><dd>{safe(told.meanings[name])}</dd>" for name in names)
    return (
        f'<p class="label">{safe(told.passages.format(n=len(exchange.hits)))}</p>'
        f'<ol class="found">{rows}</ol>{more}<dl class="meanings">{terms}</dl>'
    )


def _passage(exchange: Exchange, hit: Hit, whole: Mapping[str, float], told: HowWords, said: Words) -> str:
    document = hit.passage.document
    best = max(range(len(hit.sentence_scores)), key=hit.sentence_scores.__getitem__, default=0)
    sentence = hit.passage.sentences[best]
    numbers = [each.number for each in exchange.citations if _within(hit, each.document.path, each.start)]
    marks = "".join(f'<span class="number">[{number}]</span>' for number in numbers)
    bars = "".join(_scored(told.scores[name], _score(hit, name), most) for name, most in whole.items())
    label = safe(f"{told.read}: {document.title or said.untitled}")
    return (
        f'<p class="from" dir="auto" lang="{document.language}">'
        f'<a href="{safe(reading(document.path, sentence.start, sentence.end))}" title="{label}">'
        f"{safe(document.title or said.untitled)}</a> {marks}</p>"
        f'<p class="best" dir="auto" lang="{document.language}">{safe(_cut(sentence.text))}</p><dl class="bars">{bars}</dl>'
    )


def _within(hit: Hit, path: str, at: int) -> bool:
    start, end = hit.passage.span
    return path == hit.passage.document.path and start <= at < end


def _score(hit: Hit, name: str) -> float:
    return hit.score if name == "score" else dict(hit.parts).get(name, 0.0)


def _bar(label: str, value: str, share: float, needed: float | None = None) -> str:
    """Render a value as text and as a bar; widths are attributes, as a strict policy allows no style of its own."""
    line = "" if needed is None else f'<rect class="needed" x="{100 * _share(needed):.1f}" width="0.8" height="6"/>'
    return (
        f"<div><dt>{safe(label)}</dt><dd>{safe(value)}"
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rail" width="100" height="6"/><rect class="filled" width="{100 * _share(share):.1f}" height="6"/>{line}'
        "</svg></dd></div>"
    )


def _scored(label: str, value: float, whole: float = 1.0) -> str:
    return _bar(label, f"{value:.2f}", value / whole if whole > 0 else 0.0)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _grounds(weighed: Weighed | None, told: HowWords) -> str:
    if weighed is None:
        return ""
    found = weighed.grounds
    verdict = told.enough if weighed.enough else told.not_enough
    bars = [
        _bar(told.weighed.format(needed=f"{weighed.needed:.2f}"), f"{weighed.score:.2f}", weighed.score, weighed.needed),
        _scored(told.near, found.near),
        _scored(told.covered, found.covered),
    ]
    if found.holds is not None:
        bars.append(_scored(told.holds, found.holds))
    remarks = [] if found.shown else [told.not_shown]
    if found.strangers:
        remarks.append(told.strangers.format(names=", ".join(found.strangers)))
    lines = "".join(f'<p dir="auto">{safe(line)}</p>' for line in remarks)
    return f'<p class="label">{safe(verdict)}</p><dl class="bars">{"".join(bars)}</dl>{lines}'


def _outcome(exchange: Exchange, done: Done, told: HowWords) -> str:
    """Say what was given; what was struck stands with its reasons under the answer itself."""
    lines = []
    if done.citations:
        lines.append(told.chosen.format(n=len(done.citations)))
    if exchange.struck:
        lines.append(told.struck.format(n=len(exchange.struck), writer=done.writer if done.writer != WRITER else ""))
    return "".join(f'<p class="label">{safe(line)}</p>' for line in lines)


def _times(timings: Mapping[str, float], told: HowWords) -> str:
    total = timings.get("total", 0.0)
    if not total:
        return ""
    bars = "".join(
        _bar(told.stages[name], told.milliseconds.format(n=f"{span:,.0f}"), span / total)
        for name, span in _spans(timings, total)
    )
    label = told.times.format(n=told.milliseconds.format(n=f"{total:,.0f}"))
    return f'<p class="label">{safe(label)}</p><dl class="bars">{bars}</dl>'


def _spans(timings: Mapping[str, float], total: float) -> Iterator[tuple[str, float]]:
    known = {name: timings.get(name, 0.0) for name in ("retrieve", "read")}
    yield from known.items()
    rest = total - sum(known.values())
    # What is left is the writer's, or rounding.
    if rest > 1:
        yield "write", rest


def _cut(text: str) -> str:
    return text if len(text) <= _SENTENCE else text[:_SENTENCE].rstrip() + "…"
