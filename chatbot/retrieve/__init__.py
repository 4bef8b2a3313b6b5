"""Passages for a query: dense and lexical search, fused and looked at again."""
