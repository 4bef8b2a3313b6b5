"""A stream of text, cut anywhere, to whole sentences, each as soon as nothing can change it any more."""

from __future__ import annotations

from chatbot.language import sentences

# What comes after a sentence decides whether it is one: «e.g. However», 「か？という」. No more than this is looked at.
_AHEAD = 16


class Cut:
    """One stream; its sentences come in order, none lost, none twice, however it was cut. A line break ends one."""

    def __init__(self) -> None:
        self._line = ""
        self._given = 0

    def feed(self, text: str) -> list[str]:
        """Take the next piece and return the sentences that are sure by now."""
        found: list[str] = []
        *lines, last = text.split("\n")
        for line in lines:
            self._line += line
            found += self.finish()
        self._line += last
        return found + self._sure(_AHEAD)

    def finish(self) -> list[str]:
        """Return what is left, as no more of this line will come."""
        found = self._sure(0)
        self._line, self._given = "", 0
        return found

    def _sure(self, ahead: int) -> list[str]:
        # Always the whole line: what stands before a sentence has a say in where it ends.
        spans = [span for span in sentences(self._line) if span[0] >= self._given]
        if ahead:
            # The last one may go on, and white space before what comes next tells nothing.
            spans = [span for span in spans[:-1] if len(self._line[span[1] :].strip()) >= ahead]
        if spans:
            self._given = spans[-1][1]
        return [self._line[start:end] for start, end in spans]
