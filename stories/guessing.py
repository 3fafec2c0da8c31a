"""Slows down whoever tries words: so many wrong ones an hour from one place, and a notice when many come from anywhere.

No address is kept: only a hash of it under a key of the day, for a day. There are 2⁴⁴ codes (stories/code_words.py), so
at the greatest rate that raises a notice, 600 an hour, a guesser who goes on for a year tries one in three million.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from editorial import events
from editorial.models import Event
from stories.models import WrongCode

FROM_ONE_PLACE = 10
FROM_ANYWHERE = 600
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICE = "many_wrong_codes"
#: What one household, or one sender with many addresses, has of the newer kind of address.
PREFIX = 56

log = logging.getLogger("firsthand.withdrawal")


def whence(request: HttpRequest, now: datetime) -> str:
    """Of the sender’s address, hashed with a key of the day; 16 hexadecimal digits."""
    name = settings.PROXY_ADDRESS_HEADER
    address = request.headers.get(name, "") if name else ""
    place = _place((address.split(",")[-1] or request.META.get("REMOTE_ADDR", "")).strip())
    key = hmac.new(settings.SECRET_KEY.encode(), f"whence {now.date()}".encode(), hashlib.sha256).digest()
    return hashlib.blake2b(place.encode(), key=key, digest_size=8).hexdigest()


def _place(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, PREFIX), strict=False))
    return str(parsed)


def begin_try(place: str, now: datetime) -> WrongCode | None:
    """Counts as wrong until it turns out right; None when too many were wrong from this place in the last hour.

    Written before anything is looked up, so that tries at the same moment count each other.
    """
    WrongCode.objects.filter(at__lt=now - DAY).delete()
    if WrongCode.objects.filter(whence=place, at__gt=now - HOUR).count() >= FROM_ONE_PLACE:
        return None
    one = WrongCode.objects.create(at=now, whence=place)
    if WrongCode.objects.filter(whence=place, at__gt=now - HOUR, pk__lte=one.pk).count() > FROM_ONE_PLACE:
        return None
    return one


def was_right(one: WrongCode) -> None:
    one.delete()


def was_wrong(now: datetime) -> None:
    """Tell the staff, once an hour, when very many words are tried."""
    if wrong_in_an_hour(now) < FROM_ANYWHERE or Event.objects.filter(verb=NOTICE, at__gt=now - HOUR).exists():
        return
    log.critical("Very many wrong withdrawal codes were tried in the last hour. Look into where they come from.")
    with transaction.atomic():
        events.record(NOTICE, by=None, subject="withdrawal codes")


def wrong_in_an_hour(now: datetime) -> int:
    return WrongCode.objects.filter(at__gt=now - HOUR).count()
