"""Parts of files (RFC 9110, 14): players ask for a recording in pieces, and some play none that can't be had so."""

import re

from django.http import HttpResponse

CHUNK = 1 << 16


def part_of(request, response):
    """The part of a FileResponse that the request asks for, or the response as it is."""
    size = int(response.headers["Content-Length"])
    response.headers["Accept-Ranges"] = "bytes"
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    # Several parts in one answer are nobody's due; with If-Range the file might have been another one.
    if not asked or asked[0] == "bytes=-" or request.method != "GET" or "If-Range" in request.headers:
        return response
    first, last = asked.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file = response.file_to_stream
    file.seek(start)
    response.status_code = 206
    response.headers["Content-Length"] = end - start + 1
    response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    # Not as a file: a server would send that to its end.
    response.file_to_stream = None
    response.streaming_content = _pieces(file, end - start + 1)
    return response


def _pieces(file, left):
    while left > 0 and (piece := file.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece
