"""A mail server on loopback that can refuse, drop, hang and be gone."""

import asyncio
import socket
import threading

from aiosmtpd.controller import Controller

HANGS = 60  # seconds: longer than anybody waits


class MailServer:
    """`mails` is what it has taken, [(recipient, subject, text)], and `whole` the same with all parts and headers,
    [(recipient, EmailMessage)]; `mood` says how it behaves.

    `ok`, `421`, `451`, `550` (answers to RCPT), `554` (answer to the text), `drop` (the connection ends), `hang`
    (no answer), `accept and hang` (takes the mail and says nothing).
    """

    def __init__(self):
        self.mood, self.mails, self.whole, self.asked = "ok", [], [], 0
        self._lock = threading.Lock()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.mood = "ok"
        self.stop()

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        """Gone: connections to it are refused."""
        self._controller.stop(no_assert=True)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked += 1
        if self.mood in {"421", "451", "550"}:
            return f"{self.mood} not for {address}"
        if self.mood == "drop":
            server.transport.close()
            return None
        if self.mood == "hang":
            await asyncio.sleep(HANGS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mood == "554":
            return "554 no such words here"
        import email
        from email.policy import default

        mail = email.message_from_bytes(envelope.content, policy=default)
        text = mail.get_body(("plain",)).get_content()
        with self._lock:
            self.mails += [(recipient, mail["Subject"], text) for recipient in envelope.rcpt_tos]
            self.whole += [(recipient, mail) for recipient in envelope.rcpt_tos]
        if self.mood == "accept and hang":
            await asyncio.sleep(HANGS)
        return "250 OK"
