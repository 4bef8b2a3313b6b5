"""Programs that serve in a process of their own, and how a browser is started to look at them."""

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMALL = Path(__file__).parents[1] / "serve" / "serving.py"
BOOT = 180
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LOCALES = {"en": "en-US", "ja": "ja-JP"}
SIZES = {"phone": {"width": 390, "height": 780}, "desktop": {"width": 1280, "height": 860}}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Served:
    """A program that serves on a port until it is stopped."""

    def __init__(self, command, port, folder, **environment):
        self.command, self.port, self.folder, self.environment = command, port, folder, environment
        self.url = f"http://127.0.0.1:{port}"
        self.process = self.listener = None
        self.said = []

    def start(self):
        environment = {
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "OPENSTANCE_GUARD_QUESTIONS": "0",
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(self.folder),
            **self.environment,
        }
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=self.folder
        )
        ready = threading.Event()
        self.listener = threading.Thread(target=self._listen, args=(self.process, ready), daemon=True)
        self.listener.start()
        assert ready.wait(BOOT), "".join(self.said)
        assert any("answers on" in line for line in self.said), "".join(self.said)
        return self

    def _listen(self, process, ready):
        for line in process.stdout:
            self.said.append(line)
            if "answers on" in line:
                ready.set()
        ready.set()

    def kill(self):
        self.process.kill()
        self.process.wait(20)
        self.listener.join(5)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        finally:
            self.kill()
