"""How providers are asked: each answer whole within a few seconds and of a sensible size, or not at all."""

import time

import requests

CONNECT, READ = 3, 5  # seconds
WHOLE = 8  # seconds for one answer, however slowly it trickles in
MOST = 1024 * 1024  # bytes of an answer


class Session(requests.Session):
    """Of `requests`, with limits. It follows no redirects: no provider's documented answer is one, and what is asked
    carries secrets."""

    def __init__(self):
        super().__init__()
        self.trust_env = False  # no passwords from a .netrc of the account that the blog runs under
        self.headers["Accept"] = "application/json"

    def request(self, method, url, **options):
        until = time.monotonic() + WHOLE
        options |= {"timeout": (CONNECT, READ), "allow_redirects": False, "stream": True}
        whole = bytearray()
        with super().request(method, url, **options) as response:
            for some in response.iter_content(16_384):
                whole += some
                if len(whole) > MOST or time.monotonic() > until:
                    raise requests.Timeout("The answer was too slow, or too long.")
            response._content = bytes(whole)
        return response
