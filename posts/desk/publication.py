"""Status and time of a post as one control: draft, now, at a time to come, at an earlier one, private."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models import Post

# What stands beside the model's statuses: both are stored as "published".
NOW, SCHEDULED = "now", "scheduled"
TRASH = Post.Status.TRASH
BUTTONS = {
    Post.Status.DRAFT: _("Save draft"),
    NOW: _("Publish"),
    SCHEDULED: _("Schedule"),
    Post.Status.PUBLISHED: _("Publish"),
    Post.Status.PRIVATE: _("Make private"),
    TRASH: _("Save"),
}


class TimeInputs(forms.SplitDateTimeWidget):
    """The browser's own pickers of a day and a time, each with a label of its own."""

    def __init__(self):
        super().__init__(
            date_attrs={"type": "date"}, time_attrs={"type": "time"}, date_format="%Y-%m-%d", time_format="%H:%M:%S"
        )


class PublicationForm(forms.ModelForm):
    """`status` takes the model's values, and "now" and "scheduled". The buttons of the bar say in `_save_as` what
    becomes of the post, whatever else is chosen: "draft", "publish", "schedule"; anything else follows the choice.
    """

    # What is shown in place of what is stored; see restored.py.
    restored_values: dict[str, object] = {}

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            (Post.Status.DRAFT, _("Draft")),
            (NOW, _("Publish now")),
            (SCHEDULED, _("Schedule for…")),
            (Post.Status.PUBLISHED, _("Published")),
            (Post.Status.PRIVATE, _("Private")),
            (TRASH, _("In the trash")),
        ],
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("status"):
            self._publish_as(self._chosen())
        return cleaned

    def _chosen(self):
        """What the pressed button says, or else what is chosen."""
        status = self.cleaned_data["status"]
        match self.data.get("_save_as"):
            case "draft":
                return Post.Status.DRAFT
            case "schedule":
                return SCHEDULED
            case "trash":
                return TRASH
            case "publish" if status != Post.Status.PUBLISHED:
                return NOW
        return status

    def _publish_as(self, chosen):
        cleaned, now = self.cleaned_data, timezone.now()
        time, is_wrong = cleaned.get("published_at"), "published_at" in self.errors
        if chosen == NOW:
            self.errors.pop("published_at", None)
            cleaned["published_at"] = self.instance.published_at if self._is_public() else None
        elif chosen == SCHEDULED and not time and not is_wrong:
            self.add_error("published_at", _("Enter the date and time at which the post is to be published."))
        elif chosen == SCHEDULED and time and time <= now:
            self.add_error(
                "published_at",
                _(
                    "This time has passed. Enter a later one, or choose “Publish with an earlier date” above if the "
                    "post is to have this date."
                ),
            )
        cleaned["status"] = Post.Status.PUBLISHED if chosen in {NOW, SCHEDULED} else chosen

    def _is_public(self):
        """As it is stored."""
        return self.initial.get("status") == Post.Status.PUBLISHED and self.initial["published_at"] <= timezone.now()

    @property
    def state(self):
        """What the stored post is: "new", a status, or "scheduled"."""
        stored = self.initial.get("status")
        if not self.instance.pk or not stored:
            return "new"
        return SCHEDULED if stored == Post.Status.PUBLISHED and not self._is_public() else stored

    @property
    def publication_choices(self):
        """(value, label, what the button says that does it, is chosen) of what the control offers."""
        state = self.state
        labels = dict(self.fields["status"].choices)
        if state == Post.Status.PUBLISHED:
            offered = [Post.Status.PUBLISHED, Post.Status.DRAFT, Post.Status.PRIVATE]
        else:
            labels[Post.Status.PUBLISHED] = _("Publish with an earlier date…")
            offered = [Post.Status.DRAFT, NOW, SCHEDULED, Post.Status.PUBLISHED, Post.Status.PRIVATE]
        if state == TRASH:
            offered.append(TRASH)
        chosen = self._shown_choice(state)
        if chosen not in offered:
            offered.append(chosen)
        says = BUTTONS | ({state: _("Update")} if state != "new" else {})
        return [(value, labels.get(value, value), says.get(value, ""), value == chosen) for value in offered]

    def _shown_choice(self, state):
        if not self.is_bound:
            return self.restored_values.get("status") or (Post.Status.DRAFT if state == "new" else state)
        pressed = {"draft": Post.Status.DRAFT, "publish": NOW, "schedule": SCHEDULED}.get(self.data.get("_save_as"))
        typed = self["status"].data
        return pressed if pressed and typed != Post.Status.PUBLISHED else typed or Post.Status.DRAFT

    @property
    def tomorrow(self):
        return timezone.localdate() + timedelta(days=1)

    @property
    def time_zone(self):
        """Its name, in which times are typed."""
        return timezone.get_current_timezone_name()
