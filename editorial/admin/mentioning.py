"""What the prose editor asks the desk: which numbers and sources there are, and what a mention of one will print."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editorial import kinds
from editorial.admin.choosing import pieces_of, visible_kinds
from editorial.kinds import Printed
from editorial.linked import Linked, unseen
from editorial.mentions import Shown
from editorial.models import Channel, Edition, Piece
from editorial.prose_nodes import Mention, mentions_in

MOST_CHOICES = 20
MOST_MENTIONS = 200


def choose(request: HttpRequest, kind: str) -> JsonResponse:
    """Pieces of a kind by part of their title, with what each prints and the editions that can be quoted for ever."""
    if kind not in _kinds(request):
        raise Http404
    found = _matching(request, kind)
    pieces = found[:MOST_CHOICES]
    linked = at_the_desk(piece.pk for piece in pieces)
    live = {edition.piece_id: edition for edition in linked}
    older = _quotable(kind, pieces)
    linked.pinned = {edition.pk: edition for edition in older}
    pins = {edition.pk: Mention(kind, edition.piece_id, edition.pk) for edition in older}
    newest = {piece.pk: Mention(kind, piece.pk) for piece in pieces}
    words = _printed(linked, [*newest.values(), *pins.values()], _language(request))
    editions: dict[int, list[dict[str, str]]] = {piece.pk: [] for piece in pieces}
    for edition in older:
        label = _("{words} (edition {number}, {date})").format(
            words=words[pins[edition.pk]].words,
            number=edition.number,
            date=date_format(edition.publish_at.date(), "SHORT_DATE_FORMAT"),
        )
        editions[edition.piece_id].append({"value": str(pins[edition.pk]), "label": label})
    results = [
        {
            "value": str(newest[piece.pk]),
            "title": piece.title,
            "prints": words[newest[piece.pk]].words,
            "status": _status(live.get(piece.pk)),
            "editions": editions[piece.pk],
        }
        for piece in pieces
    ]
    return JsonResponse({"results": results, "more": len(found) > MOST_CHOICES})


def printed(request: HttpRequest) -> JsonResponse:
    """What these mentions will print on the page; of unknown ones, that they lead nowhere."""
    asked = {value: Mention.read(value) for value in request.GET.getlist("m")[:MOST_MENTIONS]}
    allowed = _kinds(request)
    mentions = [one for one in asked.values() if one is not None and one.kind in allowed]
    linked = at_the_desk({one.piece for one in mentions}, {one.edition for one in mentions if one.edition is not None})
    live = {edition.piece_id: edition for edition in linked}
    pieces = pieces_of("any").filter(pk__in={one.piece for one in mentions}).order_by()
    titles = {(kind, pk): title for kind, pk, title in pieces.values_list("kind", "pk", "title")}
    words = _printed(linked, mentions, _language(request))
    answers = {}
    for value, mention in asked.items():
        title = titles.get((mention.kind, mention.piece)) if mention is not None else None
        if mention is None or title is None:
            answers[value] = {"words": _("not found: {value}").format(value=value), "hint": "", "state": "unknown"}
            continue
        is_pinned, is_withdrawn = mention.edition is not None, words[mention].is_withdrawn
        status = "" if is_pinned else _status(live.get(mention.piece))
        answers[value] = {
            "words": words[mention].words,
            "hint": f"{title} ({status})" if status else title,
            "state": "withdrawn" if is_withdrawn else "pinned" if is_pinned else "live",
        }
    return JsonResponse({"printed": answers})


def shown_in(texts: Iterable[str], language: str) -> Shown:
    """Prints the mentions in texts that somebody reads at the desk."""
    mentions = mentions_in(*texts)
    if not mentions:
        return Shown(Linked(), language)
    pins = (one.edition for one in mentions if one.edition is not None)
    return Shown(at_the_desk((one.piece for one in mentions), pins), language)


def at_the_desk(piece_ids: Iterable[int], pins: Iterable[int] = ()) -> Linked:
    """What readers see of these pieces; of those that they do not see yet, the working copy."""
    ids, wanted, now = set(piece_ids), set(pins), timezone.now()
    live = list(Edition.objects.public(Channel.WEBSITE, now).filter(piece_id__in=ids))
    hidden = ids - {edition.piece_id for edition in live}
    older = Edition.objects.citable(Channel.WEBSITE, now).filter(pk__in=wanted) if wanted else []
    return Linked([*live, *(unseen(hidden, now) if hidden else [])], {edition.pk: edition for edition in older})


def _kinds(request: HttpRequest) -> set[str]:
    """The kinds that a text can mention and that this person may see."""
    return {kind.name for kind in kinds.every() if kind.inline} & set(visible_kinds(request))


def _matching(request: HttpRequest, kind: str) -> list[Piece]:
    """What has every typed word in its title or slug, one more than is shown; what is mentioned already comes first."""
    found = pieces_of(kind)
    typed = request.GET.get("q", "").split()
    for word in typed:
        found = found.filter(Q(title__icontains=word) | Q(slug__icontains=word))
    now = Mention.read(request.GET.get("value", ""))
    chosen = list(pieces_of(kind).filter(pk=now.piece)) if now is not None and not typed else []
    return chosen + list(found.exclude(pk__in=[piece.pk for piece in chosen])[: MOST_CHOICES + 1])


def _quotable(kind: str, pieces: list[Piece]) -> list[Edition]:
    """The editions that have an address of their own for ever, newest first."""
    if not kinds.named(kind).edition_url_name:
        return []
    door = Edition.objects.citable(Channel.WEBSITE, timezone.now())
    return list(door.filter(piece_id__in=[piece.pk for piece in pieces]).order_by("-number"))


def _status(edition: Edition | None) -> str:
    if edition is None:
        return _("taken back or held; readers are told so")
    return "" if edition.pk else _("readers cannot see it yet")


def _language(request: HttpRequest) -> str:
    """That of the piece, not of the desk."""
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _printed(linked: Linked, mentions: Iterable[Mention], language: str) -> dict[Mention, Printed]:
    shown = Shown(linked, language)
    with translation.override(language):
        return {mention: shown.printed(mention) for mention in mentions}
