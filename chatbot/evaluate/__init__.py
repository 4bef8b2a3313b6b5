"""How good the answers, the search and the reading are: question sets in, dated figures out."""
