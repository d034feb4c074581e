"""What the log has in each line: as text, or as JSON for a program that gathers logs, with the request's number.

Nobody's data is in it: a request is told by its view, not by its address, which may hold a token; mail and IP addresses
in messages are left out.
"""

import json
import logging
import re
import time
import uuid
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
logger = logging.getLogger("blog_site.requests")

# What a proxy may call a request: nothing that would break a line, or somebody's data in disguise.
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_MAIL = re.compile(r"[^\s<>\"'(){}\[\],;:=]+@[^\s<>\"'(){}\[\],;:]+")
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7})(?![\w.])", re.IGNORECASE)

# As JSON: gunicorn's own lines, too, and without those in which Django tells of paths; a request's line says what of.
_JSON_LOGGERS = {
    "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
    "django.request": {"level": "ERROR"},
    "django.security": {"level": "ERROR"},
}


def configuration(log_format):
    """`LOGGING` for lines of "text" or of "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            "json": {"()": "blog_site.logs.JSONFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # Django sends a page's body on HEAD and leaves it to the server to drop it, which then says so each time.
        # A task that goes well is no news, nor is a request of ours.
        "loggers": {
            "gunicorn.http.wsgi": {"level": "ERROR"},
            "django_tasks": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "fido2": {"level": "WARNING"},
            **(_JSON_LOGGERS if log_format == "json" else {}),
        },
    }


def numbered(get_response):
    """Gives each request a number, a proxy's `X-Request-ID` if there is one, and logs what became of it.

    For LOG_FORMAT=json: the lines that a request leads to all have its number.
    """

    def middleware(request):
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _ID.fullmatch(given) else uuid.uuid4().hex)
        began = time.perf_counter()
        try:
            response = get_response(request)
            match = request.resolver_match
            about = {
                "method": request.method[:10],
                "view": match.view_name if match else None,
                "status": response.status_code,
                "milliseconds": round(1000 * (time.perf_counter() - began), 1),
            }
            logger.info("request", extra={"about": about})
            return response
        finally:
            request_id.reset(token)

    return middleware


class JSONFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record):
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(_message(record)),
            "process": record.process,
        }
        if number := request_id.get():
            line["request_id"] = number
        line |= getattr(record, "about", {})
        if record.exc_info:
            line["exception"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _message(record):
    if record.name == "django.request" and record.args:
        return str(record.args[0])  # "Internal Server Error", without the path
    return record.getMessage()


def without_people(text):
    """The text without mail and IP addresses."""
    return _IP.sub("…", _MAIL.sub("…@…", text))
