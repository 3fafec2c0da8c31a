"""What a mail to staff says, and sending it: one for all that waits, in plain words.

Mail is read by providers on the way, so it holds no title, no text and nobody's name: only what kind of thing
happened, to what kind of piece, and where at the desk it is to be seen.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editorial import kinds
from editorial.door import absolute
from editorial.models import Notice, Piece, User
from editorial.seeing import may_see

logger = logging.getLogger(__name__)

#: Between two mails to one person, and from an act to its mail.
PAUSE = timedelta(minutes=10)
AFTER_A_FAILURE = timedelta(hours=1)
#: A mail that could not be sent for so long waits for the next thing to tell.
PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
MOST_PIECES = 20
MOST_READ = 500

What = Notice.What
WORDS: dict[str, Callable[[int], str]] = {
    What.ASSIGNED: lambda _count: _("You are asked to review it."),
    What.SENT_BACK: lambda _count: _("Changes are asked for."),
    What.APPROVED: lambda _count: _("It was approved."),
    What.PUBLISHED: lambda _count: _("It was published or scheduled."),
    What.URGENT: lambda _count: _("An urgent edition of it waits for a second person to confirm it."),
    What.LEAVE_ASKED: lambda _count: _("Somebody asks whether the draft may be shared with a person outside."),
    What.TAKEN_BACK: lambda _count: _("It was taken back in whole or part, or its narrator asks for contact."),
    What.COMMENTED: lambda count: (
        ngettext("There is %(count)d new comment.", "There are %(count)d new comments.", count) % {"count": count}
    ),
    What.MENTIONED: lambda count: (
        ngettext(
            "You were mentioned in a comment.",
            "You were mentioned in %(count)d comments.",
            count,
        )
        % {"count": count}
    ),
}
#: The page at the desk where it is to be seen, and the place on it; else the form.
PLACES: dict[str, tuple[str, str]] = {
    What.COMMENTED: ("change", "#comments"),
    What.MENTIONED: ("change", "#comments"),
    What.LEAVE_ASKED: ("share", ""),
}


def mail(user_id: int, *, now: datetime) -> datetime | None:
    """Send one person all that waits for them; when to try again, if there is a reason to.

    A mail server that does not answer leaves everything for the next try.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return None
    notices = Notice.objects.filter(user_id=user_id)
    notices.filter(mailed_at__lt=now - KEPT).delete()
    if not (user.is_active and user.wants_mail and user.email):
        notices.filter(mailed_at__isnull=True).delete()
        return None
    waiting = list(notices.filter(mailed_at__isnull=True).select_related("piece")[:MOST_READ])
    if not waiting:
        return None
    last: datetime | None = notices.aggregate(last=Max("mailed_at"))["last"]
    if last is not None and now - last < PAUSE:
        return last + PAUSE
    if not _sent(user, [one for one in waiting if one.piece.erased_at is None and may_see(one.piece, user)]):
        return now + AFTER_A_FAILURE if now - waiting[0].at < PATIENCE else None
    notices.filter(pk__in=[one.pk for one in waiting]).update(mailed_at=now)
    return None


def _sent(user: User, notices: Sequence[Notice]) -> bool:
    if not notices:
        return True
    with translation.override(user.language or settings.LANGUAGE_CODE):
        message = EmailMessage(subject(len(notices)), body(notices), settings.DEFAULT_FROM_EMAIL, [user.email])
    try:
        message.send(using="default")
    except (OSError, ValueError):
        # Without the address, and without what the server said, which repeats it.
        logger.error("A mail to staff %d could not be sent; it is tried again later.", user.pk)  # noqa: TRY400
        return False
    return True


def subject(count: int) -> str:
    """Always the same words, so nothing that somebody typed gets into a header."""
    return ngettext(
        "Firsthand: %(count)d thing for you at the desk", "Firsthand: %(count)d things for you at the desk", count
    ) % {"count": count}


def body(notices: Sequence[Notice]) -> str:
    """One paragraph for each piece, in the order in which things happened."""
    pieces = list(dict.fromkeys(notice.piece for notice in notices))
    paragraphs = [_("This happened at the editors’ desk:")]
    paragraphs += [_about(piece, [n.what for n in notices if n.piece == piece]) for piece in pieces[:MOST_PIECES]]
    if len(pieces) > MOST_PIECES:
        more = len(pieces) - MOST_PIECES
        sentence = ngettext(
            "There is something on %(count)d more piece: %(address)s",
            "There is something on %(count)d more pieces: %(address)s",
            more,
        )
        paragraphs.append(sentence % {"count": more, "address": absolute(reverse("admin:index"))})
    paragraphs.append(_("If you do not want these mails, tell an administrator."))
    return "\n\n".join(paragraphs) + "\n"


def _about(piece: Piece, whats: list[str]) -> str:
    kind = kinds.named(piece.kind)
    opts = kind.model._meta
    places = {PLACES.get(what, ("change", "")) for what in whats}
    page, place = places.pop() if len(places) == 1 else ("change", "")
    path = reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[piece.pk])
    lines = [WORDS[what](count) for what, count in Counter(whats).items()]
    return "\n".join([capfirst(str(kind.label)), *(f"- {line}" for line in lines), absolute(path) + place])
