"""Voices, one module each."""
