"""A small HTTP server on loopback that answers chats as a script says, well or badly."""

import json
import socket
import threading
import time


def event(text="", finish=None, **delta):
    told = {"choices": [{"index": 0, "delta": {**({"content": text} if text else {}), **delta}, "finish_reason": finish}]}
    return b"data: " + json.dumps(told, ensure_ascii=False).encode("utf-8") + b"\n\n"


DONE = event(finish="stop") + b"data: [DONE]\n\n"


class ScriptedServer:
    """Each request takes the next script: (status, content type, parts); a part is bytes, or seconds to wait."""

    def __init__(self, scripts, size=0):
        self.requests = []
        self.gone = threading.Event()
        self._scripts = list(scripts)
        self._size = size
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self):
        self._stopped.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _serve(self):
        while not self._stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection):
        with connection:
            head, body = self._request(connection)
            self.requests.append((head, json.loads(body)))
            status, kind, parts = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            try:
                connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode())
                for part in parts:
                    self._give(connection, part)
            except OSError:
                self.gone.set()

    def _give(self, connection, part):
        if isinstance(part, bytes):
            size = self._size or len(part) or 1
            for at in range(0, len(part), size):
                connection.sendall(part[at : at + size])
            return
        until = time.monotonic() + part
        connection.settimeout(0.02)
        while time.monotonic() < until and not self._stopped.is_set():
            try:
                if not connection.recv(1):
                    self.gone.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.gone.set()
                return

    def _request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")).split(b":")[1])
        while len(body) < length:
            body += connection.recv(65536)
        return head.decode(), body
