"""A draft as somebody without an account reads it, through a link that was made for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from editorial import comments, previewing, sharing
from editorial.blockers import Blocker, Refused
from editorial.sharing import Opened
from editorial.without_cookie import TRAP, is_trapped, without_cookie


@dataclass(frozen=True)
class Shared:
    """What the layout shows around the draft: the banner over it and the form under it."""

    for_whom: str
    until: datetime
    may_comment: bool
    #: A comment has just arrived.
    is_said: bool = False
    name: str = ""
    body: str = ""
    quote: str = ""
    reasons: list[Blocker] = field(default_factory=list)

    trap = TRAP
    longest_name = comments.LONGEST_NAME
    longest_body = comments.LONGEST_BODY
    longest_quote = comments.LONGEST_QUOTE


@without_cookie
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The working copy as it would be published; where the link does not open, the answer for no such page."""
    now = timezone.now()
    opened = sharing.opened(token, now)
    if opened is None:
        raise Http404
    if request.method == "POST":
        return say(request, opened, token, now)
    return page(request, opened, replace(around(opened), is_said=bool(request.GET.get("said"))))


def around(opened: Opened) -> Shared:
    link = opened.link
    return Shared(for_whom=link.for_whom, until=link.expires_at, may_comment=link.may_comment)


def say(request: HttpRequest, opened: Opened, token: str, now: datetime) -> HttpResponse:
    """Take a comment, or show the page again with what was typed and every reason."""
    name, body, quote = (request.POST.get(field, "") for field in ("name", "body", "quote"))
    try:
        if not is_trapped(request):
            comments.add_from_outside(opened.link.pk, name=name, body=body, quote=quote, now=now)
    except Refused as refusal:
        if sharing.opened(token, timezone.now()) is None:
            raise Http404 from None  # it was closed at this very moment
        # The page is shown in the language of the piece; the reasons are put into words there.
        kept = replace(around(opened), name=name, body=body, quote=quote, reasons=refusal.blockers)
        return page(request, opened, kept, status=422)
    return HttpResponseRedirect(f"{reverse('editorial:shared', args=[token])}?said=1#comment")


def page(request: HttpRequest, opened: Opened, shown: Shared, *, status: int = 200) -> HttpResponse:
    request.shared = shown  # type: ignore[attr-defined]  # the layout shows it, as it does is_preview
    request.shared_piece = opened.piece  # type: ignore[attr-defined]  # whose pictures have addresses of their own
    response = previewing.preview(request, opened.piece)
    response.status_code = status
    return response
