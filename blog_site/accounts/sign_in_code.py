"""A code by mail: six digits that are good for a quarter of an hour, in the browser that asked for them.

The browser's session has a random `nonce`, and so has the queued mail; the code is made of it by the secret key, so
that neither the session nor the queue has it.
"""

import secrets
import time

from django.utils.crypto import constant_time_compare, salted_hmac

from posts.email_addresses import same_address

KEY = "sign_in_code"
MINUTES = 15


def begin(request, email):
    """Notes in the session who asks; returns the nonce."""
    nonce = secrets.token_hex(16)
    request.session[KEY] = {"nonce": nonce, "email": email, "at": int(time.time())}
    return nonce


def leave_out(request):
    """No mail has the code that this browser waits for: nothing typed is right, or guesses would have no end."""
    request.session[KEY] = request.session[KEY] | {"left_out": True}


def pending_code(request):
    """{nonce, email, at} of the code that this browser waits for, or None."""
    pending = request.session.get(KEY)
    return pending if pending and is_good(pending["at"]) else None


def is_good(asked_at):
    return 0 <= time.time() - asked_at < MINUTES * 60


def made_of(nonce, email):
    digest = salted_hmac("accounts.sign_in_code", f"{nonce}\n{same_address(email)}", algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 1_000_000:06}"


def is_right(typed, pending):
    return constant_time_compare(typed, made_of(pending["nonce"], pending["email"])) and not pending.get("left_out")


def forget(request):
    request.session.pop(KEY, None)
