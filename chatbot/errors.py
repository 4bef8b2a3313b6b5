"""Everything that can go wrong, told with its remedy.

ChatbotError
├── InputError            a question, option or line of a batch (exit code 2)
│   ├── QuestionError
│   ├── BatchError
│   └── ConfigError
├── DocumentError         one file of a corpus; the others are still served
├── CorpusEmpty           no file of a folder can be served
├── IndexUnusable
│   ├── IndexMissing
│   ├── IndexDamaged
│   ├── IndexForeign      made by another version or encoder
│   └── IndexStale        made from other documents
├── IndexWriteError       read-only folder, full disk
├── ModelError            a model that cannot be loaded
│   └── WeightsDamaged    one of the package's own, missing or altered
├── WriterError           a writer that cannot write; the extractive answer stands
│   └── WriterFailed
│       ├── WriterUnusable  no such model, no chat template, a precision that is not to be had here
│       ├── WriterBusy      too many wait for one model
│       ├── WriterMemory    the model or its conversation does not fit
│       ├── WriterSilent    nothing came for too long
│       └── WriterBroken    no network, an error of the server, garbage, an end midway
├── PeerError             a program that talks to us, and not as it should
├── VoiceError            a microphone, loudspeaker, recogniser or voice that cannot be used
└── ExtraMissing          an optional package that is not installed
"""

from __future__ import annotations

from pathlib import Path


class ChatbotError(Exception):
    """Base of all; the message says the cause, then the remedy."""


class InputError(ChatbotError):
    """What the user gave cannot be used."""


class QuestionError(InputError):
    """A question that cannot be asked."""


class BatchError(InputError):
    """A file of questions, or a line of it, that cannot be read."""


class ConfigError(InputError):
    """An unknown or impossible setting."""


class DocumentError(ChatbotError):
    """One document that cannot be read."""

    def __init__(self, path: str, cause: str, remedy: str) -> None:
        super().__init__(f"{path}: {cause}. {remedy}")
        self.path = path


class CorpusEmpty(InputError):
    """A folder without a usable document."""

    def __init__(self, folder: Path, cause: str = "no usable document in it") -> None:
        super().__init__(f"{folder}: {cause}. Put Markdown, HTML, PDF, DOCX or text files there, or name another folder.")


class IndexUnusable(ChatbotError):
    """An index that cannot be searched as it is; building it again helps."""


class IndexMissing(IndexUnusable):
    """No index where one was expected."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"No index in {folder}. Build it with: openstance index --out {folder}")


class IndexDamaged(IndexUnusable):
    """Files of an index are absent, cut short or altered."""

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(f"The index in {folder} is damaged ({cause}). Build it again with: openstance index --out {folder}")


class IndexForeign(IndexUnusable):
    """An index of another version of the program or of another encoder."""

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"The index in {folder} was made otherwise ({cause}). Build it again with: openstance index --out {folder}"
        )


class IndexStale(IndexUnusable):
    """An index of documents that have changed since."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The documents changed after the index in {folder} was made. Build it again with: openstance index --out {folder}"
        )


class IndexWriteError(ChatbotError):
    """An index that cannot be put on disk."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        reason = cause.strerror or str(cause)
        super().__init__(
            f"Cannot write the index to {folder} ({reason}); nothing there was changed. "
            "Free some space or name a writable folder with --out, or set OPENSTANCE_CACHE for --corpus."
        )


class ModelError(ChatbotError):
    """A model that cannot be loaded."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(
            f"Cannot load the model {name}: {cause}. Name a folder or a model id that sentence-transformers loads."
        )


class WeightsDamaged(ModelError):
    """A file of the package's own weights is missing or altered."""

    def __init__(self, file: Path, cause: str) -> None:
        ChatbotError.__init__(
            self,
            f"The weights {file} cannot be used ({cause}). "
            "Restore the file: git checkout -- chatbot/weights in a checkout, or install openstance again.",
        )


class WriterError(ChatbotError):
    """A writer cannot be loaded, reached or used."""


class WriterFailed(WriterError):
    """A writer that is known by name failed; one of the kinds below."""

    def __init__(self, writer: str, cause: str, remedy: str) -> None:
        super().__init__(f"The writer {writer}: {cause.strip().rstrip('.')}. {remedy}")


class WriterUnusable(WriterFailed):
    """A writer that cannot be loaded as it was asked for."""


class WriterBusy(WriterFailed):
    """A model that too many wait for."""


class WriterMemory(WriterFailed):
    """A model, or what it must keep of a conversation, that does not fit in memory."""


class WriterSilent(WriterFailed):
    """A writer that gave nothing for too long."""


class WriterBroken(WriterFailed):
    """A writer that stopped, or sent what cannot be read."""


class PeerError(ChatbotError):
    """What a program at the other end of a connection sent or failed to send; the connection is closed."""


class VoiceError(ChatbotError):
    """Something needed to hear or to speak cannot be used."""


class ExtraMissing(ChatbotError):
    """An optional package is wanted but not installed."""

    def __init__(self, package: str, extra: str) -> None:
        """Name a package, and the extra of this program by which it is installed; none where it is installed by itself."""
        how = f"'openstance[{extra}]'" if extra else package
        super().__init__(f"This needs the package {package}. Install it with: pip install {how}")
