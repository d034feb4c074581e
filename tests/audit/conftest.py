import pytest

from tests.sign_in import configure

from .pages import Page, write_blog

# With them every form below a post offers the ways to sign in.
SIGNING_IN = {
    "signing in with a provider": Page("/accounts/google/login/?next=/about/"),
    "signing in with a code": Page("/accounts/code/"),
    "commenting as somebody else": Page("/accounts/change/"),
}


@pytest.fixture
def pages(client, settings, db, caplog, monkeypatch):
    """{name: HTML} of every type of page, as the server sends it; each with the status that it should have."""
    caplog.set_level("CRITICAL", "django.request")  # the refusals are asked for
    settings.ROOT_URLCONF = "tests.audit.urls"
    client.raise_request_exception = False
    settings.SIGN_IN_BY_EMAIL = True
    configure(settings, monkeypatch, "http://127.0.0.1:1", openid="http://127.0.0.1:1")
    asked = write_blog() | SIGNING_IN
    answers = {
        name: client.get(page.path) if page.form is None else client.post(page.path, page.form)
        for name, page in asked.items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: page.status for name, page in asked.items()
    }
    return {name: answer.text for name, answer in answers.items()}
