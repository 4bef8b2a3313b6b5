"""How one question hangs on what was said before: every rule of both languages that follow-ups need."""
