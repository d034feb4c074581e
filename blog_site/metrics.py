"""`/metrics`: requests by view, status and time, and what waits in the queue, as Prometheus reads it.

Counted with django-prometheus, under its names, so that its dashboards fit; of its many numbers those that somebody
acts on. Several processes count together (`metrics_files.py`), and their sum is told.
"""

import ipaddress
import os
from hmac import compare_digest
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.middleware import Metrics, PrometheusAfterMiddleware
from django_prometheus.utils import Time, TimeSince
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from blog_site.metrics_files import FOLDER
from blog_site.models import OutgoingTask

# What a proxy adds: whoever comes with one of these is not on this machine, whoever the other side seems to be.
FORWARDED = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class Numbers(Metrics):
    """What is counted of each request."""

    def register(self):
        self.requests_latency_by_view_method = self.register_metric(
            Histogram,
            "django_http_requests_latency_seconds_by_view_method",
            "Seconds that requests took, by view and method; what the page cache answers is not among them.",
            ["view", "method"],
        )
        self.responses_by_status_view_method = self.register_metric(
            Counter,
            "django_http_responses_total_by_status_view_method",
            "Answers by status, view and method.",
            ["status", "view", "method"],
        )
        self.exceptions_by_type = self.register_metric(
            Counter, "django_http_exceptions_total_by_type", "Exceptions that no view caught, by type.", ["type"]
        )


class Counted(PrometheusAfterMiddleware):
    """Counts each request. Stands first, so that it measures all the others."""

    metrics_cls = Numbers

    def process_request(self, request):
        request.began = Time()

    def process_view(self, request, view_func, *view_args, **view_kwargs):
        return None

    def process_template_response(self, request, response):
        return response

    def process_response(self, request, response):
        view, method = self._get_view_name(request), self._method(request)
        numbers = self.metrics
        numbers.responses_by_status_view_method.labels(response.status_code, view, method).inc()
        numbers.requests_latency_by_view_method.labels(view, method).observe(TimeSince(request.began))
        return response

    def process_exception(self, request, exception):
        self.metrics.exceptions_by_type.labels(type(exception).__name__).inc()


class Queue:
    """How many tasks of the outbox wait, run and have failed, asked when somebody wants to know."""

    def collect(self):
        family = GaugeMetricFamily("blog_tasks", "Tasks of the outbox.", labels=["queue", "status"])
        counted = OutgoingTask.objects.order_by().values_list("queue_name", "status").annotate(Count("pk"))
        for queue, status, number in counted:
            family.add_metric([queue, status.lower()], number)
        yield family


@never_cache
@require_safe
def metrics(request):
    """The numbers, for this machine itself and for whoever has the token; for everybody else there is no such page."""
    if not _may_see(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Queue())
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)
    else:
        registry.register(REGISTRY)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_see(request):
    token = settings.METRICS_TOKEN
    if token and compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return True
    if request.is_secure() or any(name.startswith(FORWARDED) for name in request.META):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _proxies_are_seen()


def _proxies_are_seen():
    """Whether a proxy on this machine can't be taken for the machine itself: at an https address it has to say that
    its visitors came by https, and what has a loopback address is for this machine alone. At a public http address it
    may add nothing to what it passes on."""
    site = urlsplit(settings.SITE_URL)
    return site.scheme == "https" or site.hostname == "localhost" or _is_loopback(site.hostname or "")


def _is_loopback(address):
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
