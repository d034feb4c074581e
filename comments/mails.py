"""The mails that commenters asked for. Links in them show a page; only a button there changes anything."""

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from posts.markup import plain_text


@task()
def tell_of_answer(comment_pk):
    """Tells the writer of the comment above that it was answered, if they asked for that and both are still shown."""
    # By name, since the model queues this task.
    approved = apps.get_model("comments", "Comment").objects.approved()
    answer = approved.filter(pk=comment_pk).select_related("parent", "post").first()
    parent = answer and approved.filter(pk=answer.parent_id, notify=True).exclude(email="").first()
    if not parent or parent.email.casefold() == answer.email.casefold():
        return
    stop = f"{settings.SITE_URL}{reverse('comments:stop', args=[parent.stop_token])}"
    context = {
        "parent": parent,
        "answer": answer,
        "text": plain_text(answer.body_html),
        "link": f"{settings.SITE_URL}{answer.get_absolute_url()}",
        "stop": stop,
    }
    subject = _("%(name)s answered you on “%(post)s”") % {"name": answer.shown_name, "post": answer.post}
    EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string("comments/answer_mail.txt", context),
        to=[parent.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    ).send()
