"""The documents themselves as pages: a timeline, a search, a reading view, and the figures that change over time."""
