"""The pages about new posts by mail. A GET changes nothing: whoever follows a link gets a page with a button."""

from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from posts.generation import present
from posts.models import Category, Post, Subscriber, SubscriptionRequest
from posts.origin import is_from_another_site
from posts.views import permalink

from . import asking
from .erasing import erase
from .forms import ChoiceForm, SubscribeForm

ONE_CLICK = "List-Unsubscribe"  # what a mail program sends by itself (RFC 8058)


@csrf_exempt  # the page is a stranger's; other sites' forms are refused as those of comments are
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """The form; POST has the owner of the address asked, with the same answer whoever that is."""
    if not present(request)[1].posts_by_mail or (request.method != "POST" and _is_kept_by_a_page(request)):
        return permalink(request, request.path_info[1:])
    if request.method != "POST":
        return render(request, "posts/subscriptions/subscribe.html", {"form": SubscribeForm()})
    form = SubscribeForm(request.POST)
    if is_from_another_site(request):
        return _subscribe_page(
            request, form, 403, _("This was sent from another website. If it was you, send it again.")
        )
    ip_address = request.META.get("REMOTE_ADDR") or None
    if not form.is_valid():
        return _subscribe_page(request, form, 422)
    if SubscriptionRequest.objects.are_too_many_from(ip_address):
        response = _subscribe_page(
            request, form, 429, _("Too many addresses were entered from your network. Try again in an hour.")
        )
        response.headers["Retry-After"] = "3600"
        return response
    with transaction.atomic():
        asking.ask(form.cleaned_data["email"], ip_address=ip_address, **form.chosen)
    response = redirect("posts:subscription-asked")
    response.status_code = 303
    return response


def _is_kept_by_a_page(request):
    """A page of the blog's own that has this address keeps it; the form is then at `/subscribe/?form`."""
    return "form" not in request.GET and Post.objects.published().filter(permalink=request.path_info).exists()


def _subscribe_page(request, form, status, refused=""):
    context = {"form": form, "refused": refused}
    response = render(request, "posts/subscriptions/subscribe.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD"])
def asked(request):
    """What comes after the form, the same for every address."""
    return render(request, "posts/subscriptions/asked.html")


@csrf_exempt  # the token in the address is the authority, and works once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """The page behind the link in the mail that asks: GET shows the buttons; POST subscribes, or refuses all mails."""
    asked, is_used = SubscriptionRequest.find(token)
    if not asked:
        return _gone(request)
    if request.method != "POST":
        return _gone(request) if is_used else _private(request, "confirm", {"asked": asked} | _choice(asked))
    if {"refuse", ONE_CLICK}.intersection(request.POST):
        return _refuse(request, asked)
    with transaction.atomic():
        if asked.use():
            choice = _choice(asked)
            Subscriber.subscribe(asked.email, name=asked.name, **choice)
    subscriber = Subscriber.objects.of(asked.email)
    if not subscriber or not subscriber.is_active or (is_used and not asked.was_just_used):
        return _gone(request)
    return redirect(f"{subscriber.manage_url}?confirmed")


def _refuse(request, asked):
    with transaction.atomic():
        if asked.use():
            Subscriber.refuse(asked.email)
        elif not asked.was_just_used:
            return _gone(request)
    return _private(request, "refused", {})


def _choice(asked):
    """What was chosen with the request, of what there still is."""
    chosen = None if asked.categories is None else list(Category.objects.filter(pk__in=asked.categories))
    return {"frequency": asked.frequency, "categories": chosen or None}


@csrf_exempt  # as above; it works as long as somebody is subscribed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request, token):
    """What somebody gets, and a form to change it or to end it."""
    subscriber = Subscriber.find("manage", token)
    if not subscriber:
        return _gone(request)
    if request.method == "POST" and "stop" in request.POST:
        subscriber.stop()
    if not subscriber.is_active:
        return _private(request, "stop", {"subscriber": subscriber})
    initial = {
        "frequency": subscriber.frequency,
        "categories": [] if subscriber.all_categories else list(subscriber.categories.all()),
    }
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            subscriber.choose(**form.chosen)
        return redirect(f"{request.path}?saved")
    return _private(request, "manage", {"subscriber": subscriber, "form": form}, status=422 if form.errors else 200)


@csrf_exempt  # as above; mail programs send the form themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """The end of the mails: GET shows a button, POST does it, as often as it is pressed."""
    subscriber = Subscriber.find("stop", token)
    if not subscriber:
        return _gone(request)
    if request.method == "POST" and "erase" in request.POST and not subscriber.is_active:
        erase(Subscriber.objects.filter(pk=subscriber.pk))
        return _private(request, "erased", {})
    if request.method == "POST":
        subscriber.stop()
    return _private(request, "stop", {"subscriber": subscriber})


def _private(request, template, context, *, status=200):
    response = render(request, f"posts/subscriptions/{template}.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _gone(request):
    """For any token that does not work, whatever is wrong with it."""
    return _private(request, "gone", {}, status=404)
