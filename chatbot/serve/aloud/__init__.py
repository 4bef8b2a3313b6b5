"""The spoken conversation of the chat page: sound comes up and goes down one WebSocket, all else stays on the server."""
