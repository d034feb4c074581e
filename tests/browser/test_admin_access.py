"""axe finds nothing that keeps people out of any page of the admin, and none is wider than its window.

The pages come from the registry (see `tests.audit.desk`): a model's are looked at because it is registered.
"""

import pytest
from django.contrib import admin

from tests.audit.desk import pages_of_models, write_desk

from .test_access import violations
from .test_moderator import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Of what axe finds, all that the colours can change.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture
def boss(live_server, caplog):
    caplog.set_level("CRITICAL", "django.request")  # what a model's admin refuses is left out, and asked for once
    return write_desk()


@pytest.fixture(params=[320, 1280])
def desk(request, open_browser, boss):
    page = open_browser(width=request.param)
    log_in(page, boss)
    return page


def faults_of(page):
    """What axe finds on the page as it stands, light and dark."""
    page.watch.look()
    found = violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {fault}" for fault in violations(page, OF_COLOURS)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def test_nothing_keeps_anybody_out_of_any_page_of_any_registered_model(desk, boss):
    found, pages = {}, pages_of_models(boss)
    for name, path in pages.items():
        desk.goto(path)
        if faults := faults_of(desk):
            found[name] = faults

    assert found == {}
    assert {name.partition(":")[0] for name in pages} == {model._meta.label for model in admin.site._registry}
