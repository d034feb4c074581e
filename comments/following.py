"""To follow a post by mail, and to end that: the form, the page behind the link that asks, and the one that ends it."""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import identity, tokens
from comments.follow_mails import ask_to_follow
from comments.limits import is_enough
from comments.models import DiscussionSettings, Follow, FollowRequest, MailAddress
from posts import outbox
from posts.email_addresses import validate_email
from posts.models import Post
from posts.origin import is_from_another_site

MOST = 254  # characters of an address
ASKS, HOUR = 10, 3600  # forms from one network


class FollowForm(forms.Form):
    email = forms.CharField(required=False, strip=True, label=_("Email"))
    subject = forms.CharField(required=False, label=_("Leave this empty"))  # a honeypot

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not email:
            raise forms.ValidationError(_("Enter your email address"))
        if len(email) > MOST:
            raise forms.ValidationError(_("This email address is too long"))
        validate_email(email)
        return email


@csrf_exempt  # a stranger's form; other sites' forms are refused as those of comments are
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request, post_id):
    """The form of a post: GET shows it, POST sends the one mail that asks. The answer is the same for every address."""
    post = get_object_or_404(Post.objects.published(), pk=post_id)
    visitor = identity.of(request)
    known = visitor.address.address if visitor.address else ""
    form = FollowForm(request.POST if request.method == "POST" else None, initial={"email": known})
    context = {"post": post, "form": form, "closed": DiscussionSettings.load().closed_because(post)}
    if request.method != "POST" or context["closed"]:
        return render(request, "comments/follow.html", context)
    if is_from_another_site(request):
        return render(request, "comments/follow.html", context | {"from_another_site": True}, status=403)
    if not form.is_valid():
        return render(request, "comments/follow.html", context, status=422)
    email = form.cleaned_data["email"]
    if is_enough(request, "follow", most=ASKS, within=HOUR):
        form.add_error("email", _("Too many addresses were entered from your network. Try again in an hour."))
        response = render(request, "comments/follow.html", context, status=429)
        response.headers["Retry-After"] = str(HOUR)
        return response
    if address := visitor.address_for(email):
        # It was proven in this browser: nobody else is asked.
        context["follow"] = Follow.objects.begin(post, address)
    elif not form.cleaned_data["subject"]:
        outbox.put(ask_to_follow, email, post.pk)
    return render(request, "comments/follow.html", context | {"sent_to": email})


@csrf_exempt  # the token in the address is the authority; mail programs send the refusal themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """GET shows the buttons; POST begins to follow, or refuses all mails."""
    asked = FollowRequest.find(token)
    if not asked or (asked.link.is_expired and not asked.link.used_at):
        return render(request, "comments/follow_over.html", {"asked": asked}, status=410 if asked else 404)
    if request.method == "POST" and is_from_another_site(request):
        return render(request, "comments/follow_confirm.html", {"asked": asked, "from_another_site": True}, status=403)
    if request.method == "POST" and {"refuse", "List-Unsubscribe"}.intersection(request.POST):
        MailAddress.objects.answer(asked.link.address, wanted=False)
    elif request.method == "POST" and asked.link.use():
        MailAddress.objects.answer(asked.link.address, wanted=True)
        Follow.objects.begin(asked.post, MailAddress.objects.prove(asked.link.address))
    address = MailAddress.objects.of(asked.link.address)
    follow = address and Follow.objects.filter(post=asked.post, address=address).first()
    context = {"asked": asked, "refused": bool(address and address.refused_at), "follow": follow}
    if follow:
        context["stop_token"] = tokens.stop_following(follow)
    return render(request, "comments/follow_confirm.html", context)


@csrf_exempt  # the signed token in the address is the authority; mail programs send this form themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """The end of the mails about one post: GET shows a button, POST does it. Once done, it says so for ever."""
    pk, post_pk = tokens.to_stop_following(token)
    if not pk:
        raise Http404(_("This link is incomplete."))
    follow = Follow.objects.filter(pk=pk, post=post_pk).select_related("post").first()
    if request.method == "POST" and follow:
        follow.delete()
        follow = None
    post = Post.objects.published().filter(pk=post_pk).first()
    return render(request, "comments/follow_stop.html", {"follow": follow, "post": post})
