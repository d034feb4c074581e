"""gunicorn's threaded worker, for a server that has nothing in front of it: slow clients cost it no thread.

gunicorn gives a connection to a thread when its first bytes are there, and the thread then waits for the rest: as many
half-sent requests as there are threads stop the blog. Here one loop takes in what comes, of all connections, and a
thread gets a request when it is whole. Whoever has not sent one in `ARRIVAL` seconds is cut off; where there are more
connections than there is room for, the one that has waited longest goes.
"""

import itertools
import re
import selectors
import socket
import struct
import time
from collections import OrderedDict
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from blog_site.quick_answers import Response

ARRIVAL = 10  # seconds in which headers and body have to be here
MOST_HEAD = 64 * 1024  # bytes: longer headers are for the parser to refuse
MOST_BODY = 1024 * 1024  # bytes that are waited for; the rest of an upload is read by the thread
STALLED = 10  # seconds without a byte, after which a thread gives an upload or a download up
CHUNK = 65536
MOST_HELD = 64 * 1024 * 1024  # bytes of all requests that are not whole yet
LINGER = 2  # seconds that a worker which is to stop still waits for what is arriving
# struct timeval, as setsockopt(2) takes it.
TIMEVAL = struct.pack("ll", STALLED, 0)
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
ASKS_FIRST = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


def replace_after(worker, most):
    """Has the worker end, and another take its place, once so many requests have reached Django: of those alone
    anything may be left behind, and not of what the page cache answers."""
    from django.core.signals import request_started  # once the blog is loaded

    numbers = itertools.count(1)

    def count(**_signal):
        if next(numbers) == most:
            worker.log.info("This worker has answered %d requests, and is replaced.", most)
            worker.alive = False

    request_started.connect(count, weak=False)


class Connection(TConn):
    """A connection whose request is read before its parser gets it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.begin(b"")

    def begin(self, received):
        """Waits for a new request, of which these bytes are here."""
        self.received, self.body, self.wanted, self.is_chunked = bytearray(), None, 0, False
        self.take(received)

    def take(self, data):
        """Adds bytes that came."""
        seen = max(0, len(self.received) - 3)
        self.received += data
        if self.body is None and (end := self.received.find(b"\r\n\r\n", seen)) >= 0:
            self.body = end + 4
            self._read_head(bytes(self.received[: end + 2]))

    def _read_head(self, head):
        self.is_chunked = bool(CHUNKED.search(head))
        length = LENGTH.search(head)
        self.wanted = min(int(length[1]), MOST_BODY) if length else 0
        if ASKS_FIRST.search(head):
            # Nobody else would tell the client to send what is waited for here.
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    @property
    def is_whole(self):
        """True where a thread can read the request without waiting, or has to refuse it."""
        if self.body is None:
            return len(self.received) > MOST_HEAD
        length = len(self.received) - self.body
        if self.is_chunked:
            return length >= MOST_BODY or self.received.endswith(b"0\r\n\r\n")
        return length >= self.wanted

    def init(self):
        was_initialized = self.initialized
        super().init()
        if not was_initialized:
            self.hand_over()

    def hand_over(self):
        """Gives the parser what was read."""
        received, self.received = bytes(self.received), bytearray()
        self.parser.unreader.unread(received)


class PatientWorker(ThreadWorker):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving = OrderedDict()  # connection → when it is cut off, the oldest first
        self.held = 0  # bytes
        self.notified = -1.0

    @classmethod
    def check_config(cls, cfg, log):
        if cfg.is_ssl:
            raise RuntimeError("This worker speaks no TLS: put a proxy in front of it.")
        super().check_config(cfg, log)

    def init_process(self):
        # Of these each request asks for twenty or so, and gunicorn calls three functions for each.
        vars(self.cfg).update({name: setting.get() for name, setting in self.cfg.settings.items()})
        super().init_process()

    def load_wsgi(self):
        super().load_wsgi()
        application = self.wsgi

        def answer(environ, start_response):
            # A method of gunicorn's answer, for which its worker takes no other class.
            start_response.__self__.__class__ = Response
            return application(environ, start_response)

        self.wsgi = answer

    def notify(self):
        """Tells gunicorn's first process that this one is well: once a second, and not for every event."""
        if (now := time.monotonic()) >= self.notified + 1:
            self.notified = now
            super().notify()

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEVAL)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, TIMEVAL)
        self.nr_conns += 1
        self._await(Connection(self.cfg, client, address, listener.getsockname()))
        # Room is made before it is needed, so that accepting never stops.
        if self.nr_conns > self.worker_connections - 2 * self.cfg.threads and self.arriving:
            self._cut_off(next(iter(self.arriving)))

    def on_client_socket_readable(self, conn, client):
        """The next request on a connection that was kept: it too has to be whole first."""
        self.keepalived_conns.remove(conn)
        conn.begin(b"")
        self.arriving[conn] = time.monotonic() + ARRIVAL
        self.poller.modify(client, selectors.EVENT_READ, partial(self._receive, conn))
        self._receive(conn, client)

    def handle_quit(self, sig, frame):
        """gunicorn would shut the pool down here, too. Where the signal comes in the middle of using the pool, as the
        second one of a Ctrl-C does, that waits for itself for ever; and Python ends the pool's threads anyway.
        """
        super(ThreadWorker, self).handle_quit(sig, frame)

    def murder_pending(self):
        super().murder_pending()
        now = time.monotonic()
        # The clock of one that is to stop runs faster.
        until = now if self.alive else now + ARRIVAL - LINGER
        while self.arriving and next(iter(self.arriving.values())) < until:
            self._cut_off(next(iter(self.arriving)))

    def _keepalive_after(self, conn, keepalive):
        request = conn.parser.mesg
        if keepalive and getattr(request.body.reader, "length", None) == 0:
            # Nothing of its body is left: no need to look for it, which takes three calls of the system.
            conn.parser.mesg = None
            return True
        return super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn, fs):
        is_kept = not fs.cancelled() and not fs.exception() and fs.result() is True
        if not is_kept or not conn.parser.unreader.buf.getvalue():
            super().finish_request(conn, fs)
            return
        # The beginning of the next request came with this one.
        conn.sock.setblocking(False)
        conn.begin(conn.parser.unreader.take_buffered())
        self._await(conn)
        if conn.is_whole:
            self._start(conn)

    def _await(self, conn):
        self.arriving[conn] = time.monotonic() + ARRIVAL
        self.held += len(conn.received)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn, client):
        try:
            data = client.recv(CHUNK)
            conn.take(data)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.held += len(data)
        if not data:
            self._cut_off(conn)
        elif conn.is_whole:
            self._start(conn)
        elif self.held > MOST_HELD:
            self._cut_off(max(self.arriving, key=lambda arriving: len(arriving.received)))

    def _start(self, conn):
        self._forget(conn)
        if conn.initialized:
            conn.hand_over()
        conn.data_ready = True
        self.enqueue_req(conn)

    def _cut_off(self, conn):
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn):
        del self.arriving[conn]
        self.held -= len(conn.received)
        self.poller.unregister(conn.sock)
