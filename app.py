"""What a Space runs: the chat page."""

import os
import sys


def main() -> int:
    """Serve the page where the surroundings want it, by default where the configuration says."""
    from chatbot.cli import main as openstance
    from chatbot.serve.zero import prepare

    prepare(os.environ)
    flags = {"--host": ("GRADIO_SERVER_NAME", "0.0.0.0"), "--port": ("GRADIO_SERVER_PORT", "7860")}
    given = {flag: os.environ.get(name, usual if "SPACE_ID" in os.environ else "") for flag, (name, usual) in flags.items()}
    return openstance(["serve", *(part for flag, value in given.items() if value for part in (flag, value))])


if __name__ == "__main__":
    sys.exit(main())
