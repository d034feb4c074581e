"""Asks the web server of this machine whether it lives: `python -m blog_site.healthcheck`, for a container's engine.

Status 0 if `/healthz/live` answers. It is asked by the name that the blog has outside, which is the one it answers to.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 4


def main():
    name = urlsplit(os.environ.get("SITE_URL", "")).netloc
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=SECONDS)
    try:
        connection.request("GET", "/healthz/live", headers={"Host": name} if name else {})
        status = connection.getresponse().status
    except OSError as error:
        return f"The web server does not answer: {error}"
    finally:
        connection.close()
    return 0 if status == 200 else f"/healthz/live answered {status}"


if __name__ == "__main__":
    sys.exit(main())
