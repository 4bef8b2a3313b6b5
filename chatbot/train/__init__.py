"""Recipes of the package's own models: one command each, torch only here."""
