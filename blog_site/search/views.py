"""The page of the search."""

from django.core.paginator import EmptyPage, InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog_site.replica import reads_replica
from posts.views import PastTheEnd

from . import spelling
from .finding import find
from .form import SearchForm
from .query import parse
from .results import results
from .results_html import results_html

PER_PAGE = 10


@require_safe
@reads_replica
def search(request):
    """What `?q=` finds, within what the form is narrowed to; without `q`, the form and what it can do."""
    form = SearchForm(request)
    query = asked = parse(form.q)
    hits = find(asked, form.limits)
    if not hits and (meant := spelling.corrected(asked)):
        query, hits = meant, find(meant, form.limits)
    if not hits and len(query.wanted) > 1:
        query = query.for_any()
        hits = find(query, form.limits)
    paginator = Paginator(hits, PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", 1))
    except EmptyPage as error:
        raise PastTheEnd(paginator.num_pages) from error
    except InvalidPage as error:
        raise Http404(_("There is no such page.")) from error
    shown = results(page.object_list, query)
    context = {
        "form": form,
        "query": query,
        "corrected": query.terms != asked.terms and query,
        "corrected_url": form.address_of(str(query)),
        "found": len(hits),
        "has_more": hits.has_more,
        "page": page,
        "results": shown,
        "results_html": results_html(shown),
        "found_outside": not hits and form.limits and bool(find(asked, most=1)),
    }
    return render(request, "search.html", context)
