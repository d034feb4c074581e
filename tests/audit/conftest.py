import pytest

from .pages import write_blog


@pytest.fixture
def pages(client, settings, db, caplog):
    """{name: HTML} of every type of page, as the server sends it; each with the status that it should have."""
    caplog.set_level("CRITICAL", "django.request")  # the refusals are asked for
    settings.ROOT_URLCONF = "tests.audit.urls"
    client.raise_request_exception = False
    asked = write_blog()
    answers = {
        name: client.get(page.path) if page.form is None else client.post(page.path, page.form)
        for name, page in asked.items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: page.status for name, page in asked.items()
    }
    return {name: answer.text for name, answer in answers.items()}
