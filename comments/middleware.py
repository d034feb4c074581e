"""What is shown to one person is kept out of every cache and every search engine."""


def private_views(get_response):
    """`?awaiting=` is for the writer alone; `?replytocom=` is the same page once more."""

    def middleware(request):
        response = get_response(request)
        if "awaiting" in request.GET:
            response.headers["Cache-Control"] = "private, no-store"
            # The address stays here; and our own form, which old browsers would send with "Origin: null", still comes.
            response.headers["Referrer-Policy"] = "same-origin"
        if "awaiting" in request.GET or "replytocom" in request.GET:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return middleware
