"""What a Space runs: the chat page."""

import os
import sys


def main() -> int:
    """Serve the page where the surroundings want it, by default where the configuration says."""
    from chatbot.cli import main as openstance

    space = "SPACE_ID" in os.environ
    host = os.environ.get("GRADIO_SERVER_NAME", "0.0.0.0" if space else None)
    port = os.environ.get("GRADIO_SERVER_PORT", "7860" if space else None)
    return openstance(["serve", *(["--host", host] if host else []), *(["--port", port] if port else [])])


if __name__ == "__main__":
    sys.exit(main())
