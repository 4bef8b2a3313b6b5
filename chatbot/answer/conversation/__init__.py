"""A follow-up to a question that stands alone; small talk to a short reply."""

from chatbot.answer.conversation.resolve import standalone
from chatbot.answer.conversation.rewrite import rewritten
from chatbot.answer.conversation.small_talk import MAX_QUESTION, SmallTalk, check, small_talk
from chatbot.discourse.leaning import asks_more

__all__ = ["MAX_QUESTION", "SmallTalk", "asks_more", "check", "rewritten", "small_talk", "standalone"]
