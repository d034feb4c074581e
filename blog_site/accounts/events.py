"""What happens to accounts is kept in a table for 30 days, and said in the log, with the account and the address."""

import ipaddress
import logging

from blog_site.accounts.models import KEPT, AccountEvent
from posts.steps import Steps

logger = logging.getLogger(__name__)

WARNINGS = {AccountEvent.Kind.REFUSED, AccountEvent.Kind.THROTTLED, AccountEvent.Kind.FACTOR_REFUSED}


def record(kind, *, request=None, account=None, by=None, detail=""):
    """Keeps an event. `by` only where it is not the account itself; `detail` without anybody's personal data."""
    address = address_of(request)
    by = by if by and by != account else None
    AccountEvent.objects.create(kind=kind, account=account, by=by, address=address or None, detail=detail[:500])
    level = logging.WARNING if kind in WARNINGS else logging.INFO
    names = [f"account={_name(account)}", *([f"by={_name(by)}"] if by else []), f"address={address or '-'}"]
    logger.log(level, "%s %s", kind, " ".join([*names, *([detail] if detail else [])]))


def address_of(request):
    """The network address that a request came from, or ""."""
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:  # a socket, or a request that a program made up
        return ""


def forget_old():
    """Deletes account events older than `KEPT`; returns how many."""
    done, steps = 0, Steps()
    old = AccountEvent.objects.older_than(KEPT)
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[: steps.size()]):
        with steps.step():
            done += AccountEvent.objects.filter(pk__in=pks).delete()[0]
        steps.learn()
    return done


def _name(account):
    # In quotes, so that a name can't pass for a line of its own.
    return repr(account.get_username()) if account else "-"
