"""What hears, one module each."""
