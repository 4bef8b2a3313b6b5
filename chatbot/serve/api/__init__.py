"""What programs call: chat completions as OpenAI's clients make them, and the Model Context Protocol."""
