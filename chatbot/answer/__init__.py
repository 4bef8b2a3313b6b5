"""From passages to a cited answer, or to the word that there is none."""
