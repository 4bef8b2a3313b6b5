"""Surfaces: what renders events for people and programs."""
