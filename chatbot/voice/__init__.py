"""Hearing and speaking: sound, who speaks when, what was said, and a voice to answer with."""
