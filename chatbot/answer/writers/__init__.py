"""Larger open models that write the answer: in this process (`hub`) or behind an endpoint (`endpoint`)."""
