"""How an answer leaves that is sent again and again, such as a page that is kept: gunicorn checks its headers when they
are sent for the first time, not each time, and they leave together with the body. All others leave as gunicorn's do.
"""

import time
from functools import lru_cache

from gunicorn import util
from gunicorn.http import wsgi

MOST_KNOWN = 128  # answers whose headers are known: plain, compressed and "not modified" are three
MOST_JOINED = 256 * 1024  # bytes: copying 60 KB takes less time than a second write


class Response(wsgi.Response):
    lines = None  # of an answer that comes again: its headers as they are sent

    def process_headers(self, headers):
        if self._comes_again(dict(headers)):
            kept, self.response_length, self.lines = checked(tuple(headers))
            self.headers = [*kept]
        else:
            self.lines = None
            super().process_headers(headers)

    def _comes_again(self, headers):
        """Where a version is named, and how long it is; nothing of one visitor alone is ever remembered."""
        is_framed = self.status_code == 304 or (self.status_code == 200 and "Content-Length" in headers)
        return is_framed and "ETag" in headers and "Set-Cookie" not in headers

    def send_headers(self):
        if self.lines is None or self.headers_sent:
            super().send_headers()
            return
        self.sock.sendall(self._head())
        self.headers_sent = True

    def write(self, data):
        is_whole = self.lines is not None and not self.headers_sent and self.response_length == len(data)
        if not is_whole or self._omits_body or len(data) > MOST_JOINED:
            super().write(data)
            return
        self.sock.sendall(self._head() + data)
        self.headers_sent, self.sent = True, len(data)

    def _head(self):
        version, connection = "{}.{}".format(*self.req.version), "close" if self.should_close() else "keep-alive"
        line = f"HTTP/{version} {self.status}\r\nServer: {self.version}\r\n"
        return f"{line}Date: {date(int(time.time()))}\r\nConnection: {connection}\r\n".encode("latin-1") + self.lines


@lru_cache(maxsize=1)
def date(second):
    return util.http_date(second)


@lru_cache(maxsize=MOST_KNOWN)
def checked(headers):
    """(the pairs that gunicorn leaves of these, the length of the body, the bytes of them all); raises what it does."""
    response = wsgi.Response(None, None, None)
    response.process_headers(headers)
    lines = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    return tuple(response.headers), response.response_length, f"{lines}\r\n".encode("latin-1")
