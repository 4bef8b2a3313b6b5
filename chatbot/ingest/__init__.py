"""Files to documents, documents to passages."""

from chatbot.ingest.chunk import chunk
from chatbot.ingest.load import load

__all__ = ["chunk", "load"]
