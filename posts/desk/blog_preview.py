"""The home page as it would look with settings that are not saved."""

from posts import views
from posts.generation import present
from posts.localised import localised
from posts.models import Blog, MenuItem, Notice, Post, SocialLink


def show_preview(request, form, formsets):
    """What readers would get at `/`, for a form of settings and {model: the formset of its rows}. What is typed wrong
    is left as it is stored."""
    form.is_valid()
    blog, stored = form.instance, Blog.load()
    for name in form.errors:
        if hasattr(stored, name):
            setattr(blog, name, getattr(stored, name))
    with localised(blog):
        blog.rerender()
        # The page finds in the request what it would read.
        request.present = (present(request)[0], blog)
        return views.front(request, preview=True, **_frame(blog, formsets))


def _frame(blog, formsets):
    """What the frame of every page shows, of what was typed."""
    items = sorted(_rows(formsets[MenuItem]), key=lambda item: item.position)
    links = sorted(_rows(formsets[SocialLink]), key=lambda link: link.position)
    notices = _rows(formsets[Notice])
    for notice in notices:
        notice.rerender()
    return {
        "menu": MenuItem.menu_of(items) if items else Post.menu(),
        "links": tuple((link.label, link.address) for link in links),
        "notices": Notice.on([notice.shown() for notice in notices], "home"),
        "logo": {"picture_html": blog.logo_html, "is_above": blog.logo_place == Blog.LogoPlace.ABOVE},
    }


def _rows(formset):
    """The rows that saving the formset would leave, in its order; none of what is typed wrong."""
    formset.is_valid()
    return [
        form.instance
        for form in formset.forms
        if not form.errors
        and (form.has_changed() or form.instance.pk)
        and not getattr(form, "cleaned_data", {}).get("DELETE")
    ]
