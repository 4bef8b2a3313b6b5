"""Lexical search: BM25 over English stems and Japanese character pairs, with a word list across the two languages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from chatbot import language
from chatbot.retrieve.collection import Collection, searchable
from chatbot.retrieve.lexicon import Lexicon
from chatbot.retrieve.sought import sought
from chatbot.types import Hit, Language, Query, Term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Analyse = Callable[[str], list[str]]
_NO_LEXICON = Lexicon({})
# Of the weight of a word that nothing has: what cannot be translated cannot be found, which says little of the passage.
UNTRANSLATED = 0.15
_REMEMBERED = 256


class LexicalSearcher:
    """BM25 (bm25s) over a collection; scores are shares of what the question's words could weigh at most, 0 to 1."""

    def __init__(self, collection: Collection, analyse: Analyse = language.terms, lexicon: Lexicon = _NO_LEXICON) -> None:
        """Index the collection's text.

        Args:
            collection: What is searched.
            analyse: Text to search terms.
            lexicon: Words of the other language; without one, only what is written alike is found across languages.
        """
        import bm25s
        import numpy as np

        self._passages = collection.passages
        self._analyse, self._lexicon = analyse, lexicon
        texts = [analyse(searchable(passage)) for passage in self._passages]
        self._frequency = Counter(term for terms in texts for term in set(terms))
        self._japanese = np.array([passage.document.language == "ja" for passage in self._passages])
        self._bm25 = bm25s.BM25()
        # bm25s refuses a corpus without a single term; a term that nobody can type stands in.
        self._bm25.index([terms or ["\0"] for terms in texts], show_progress=False)
        self._looked_up = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def strangers(self, question: str) -> tuple[str, ...]:
        """Return the names and figures of a question that no document has, in either language."""
        found = [name for name in language.names(question) if not any(self._known(part) for part in self._analyse(name))]
        for word, translated in self._lexicon.names(question):
            if not self._known(translated) and not all(self._known(part) for part in self._analyse(word)):
                found.append(word)
        return tuple(found)

    def _known(self, term: str) -> bool:
        return term in self._frequency

    def look_up(self, text: str, language: Language) -> tuple[Term, ...]:
        """Return the words of a question as documents of a language would have them, each once, in order."""
        return self._looked_up(text, language)

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return at most `k` passages that share a word with the query, best first."""
        import numpy as np

        scores = np.zeros(len(self._passages), dtype=np.float32)
        sides: tuple[tuple[Language, NDArray[np.bool_]], ...] = (("ja", self._japanese), ("en", ~self._japanese))
        for lang, of_language in sides:
            words = self._looked_up(query.text, lang)
            own = lang == language.detect(query.text)
            parts = [part for word in words for spelling in word.spellings for part in spelling]
            if own:
                parts = [*self._analyse(query.text), *parts]
            known = [part for part in dict.fromkeys(parts) if self._known(part)]
            if known and of_language.any():
                most = sum(word.weight for word in words) or math.inf
                scores[of_language] = (self._bm25.get_scores(known) / most)[of_language]
        # The share of many spellings of one word may pass the whole.
        shares = [(row, min(1.0, float(scores[row]))) for row in np.argsort(-scores, kind="stable")[:k] if scores[row] > 0]
        return [Hit(self._passages[row], share, (("lexical", share),)) for row, share in shares]

    def _look_up(self, text: str, to: Language) -> tuple[Term, ...]:
        own = language.detect(text)
        terms = list(dict.fromkeys(self._analyse(text)))
        if own == to:
            return self._own(text, terms)
        # Latin names and figures are written alike in both languages, the rest has to be translated.
        names = {part for name in language.names(text) for part in self._analyse(name)}
        alike = [term for term in terms if term.isascii() and (own == "ja" or term in names)]
        words = [Term(((term,),), self._weight(term)) for term in alike]
        for spellings in self._lexicon.translate(text, own):
            if not spellings:
                words.append(Term((), UNTRANSLATED * self._weight("")))
                continue
            parts = tuple((word,) if to == "en" else tuple(self._analyse(word)) for word in sorted(spellings))
            words.append(Term(parts, self._commonest(parts)))
        return tuple(words)

    def _own(self, text: str, terms: list[str]) -> tuple[Term, ...]:
        """Return the words of a text for documents in its own language.

        Japanese is searched by all its pairs of characters, but only words of kanji, katakana and Latin letters count as
        words: pairs with hiragana are mostly endings.
        """
        if language.detect(text) == "en":
            return tuple(Term(((term,),), self._weight(term)) for term in terms)
        return tuple(self._japanese_word(word) for word in sought(text))

    def _japanese_word(self, word: str) -> Term:
        """Spell a Japanese word also as the Latin one that Japanese texts may keep («財団» and «Foundation»)."""
        parts = tuple(dict.fromkeys(self._analyse(word)))
        translations = list(self._lexicon.translate(word, "ja")) if not word.isascii() else []
        latin = sorted(translations[0]) if len(translations) == 1 else []
        spellings = (parts, *((each,) for each in latin if self._known(each)))
        return Term(spellings, sum(map(self._weight, parts)) / math.sqrt(len(parts) or 1))

    def _commonest(self, spellings: tuple[tuple[str, ...], ...]) -> float:
        """Weigh a translated word by its most frequent spelling, the one most likely meant."""
        return min(max(map(self._weight, parts), default=0.0) for parts in spellings)

    def _weight(self, term: str) -> float:
        """Return a term's inverse document frequency, as bm25s computes it; most if it was never seen."""
        seen = self._frequency[term]
        return math.log(1 + (len(self._passages) - seen + 0.5) / (seen + 0.5))
