"""What leaves the server, in the admin: what waits, what went wrong, and another try for what failed."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db import admin as tasks_admin
from django_tasks_db.models import get_date_max

from blog_site.models import OutgoingTask
from posts.desk.base import ListOnly

STATES = {
    TaskResultStatus.READY: _("waiting"),
    TaskResultStatus.RUNNING: _("running"),
    TaskResultStatus.SUCCESSFUL: _("done"),
    TaskResultStatus.FAILED: _("failed"),
}

# Its own page of tasks is for programmers, and in English alone. Imported here, so that it has registered by now.
admin.site.unregister(tasks_admin.DBTaskResult)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [(status.value, name) for status, name in STATES.items()]

    def queryset(self, request, tasks):
        return tasks.filter(status=self.value()) if self.value() in TaskResultStatus.values else tasks


@admin.register(OutgoingTask)
class OutgoingTaskAdmin(ListOnly):
    list_display = ["name", "subject", "state", "enqueued_at", "attempts", "next_try", "problem"]
    list_filter = [StateFilter]
    ordering = ["-enqueued_at", "pk"]
    actions = ["send_again"]

    @admin.action(description=_("Try failed tasks again"))
    def send_again(self, request, tasks):
        number = tasks.send_again()
        if not number:
            self.message_user(
                request,
                gettext("None of these tasks has failed. Tasks that are waiting are tried again automatically."),
                messages.WARNING,
            )
            return
        message = ngettext("%(n)d task will be tried again.", "%(n)d tasks will be tried again.", number)
        self.message_user(request, message % {"n": number})

    send_again.allowed_permissions = ["send_again"]

    def has_send_again_permission(self, request):
        return request.user.has_perm("blog_site.change_outgoingtask")

    @admin.display(description=_("what"))
    def name(self, task):
        return str(task)

    @admin.display(description=_("about"))
    def subject(self, task):
        model, arguments = OutgoingTask.SUBJECTS.get(task.function), task.args_kwargs.get("args") or []
        if not model or not arguments:
            return ""
        return format_html('<a href="{}">{}</a>', reverse(f"admin:{model}_change", args=arguments[:1]), arguments[0])

    @admin.display(description=_("state"), ordering="status")
    def state(self, task):
        return STATES[task.status]

    @admin.display(description=_("attempts"))
    def attempts(self, task):
        return task.attempts

    @admin.display(description=_("next attempt"), ordering="run_after")
    def next_try(self, task):
        waits = task.status == TaskResultStatus.READY and task.run_after != get_date_max()
        return task.run_after if waits else None

    @admin.display(description=_("last error"))
    def problem(self, task):
        return task.problem
