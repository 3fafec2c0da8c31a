"""What colleagues say about a piece, and people with a share link: on the piece, a field, or a quoted passage.

Never public, never part of the content. There is no event for a comment: the row itself keeps who said it, when, and
who resolved it; nothing here is deleted.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editorial import guards, kinds, notices, seeing, sharing
from editorial.blockers import Blocker, Refused, refuse_if
from editorial.models import Comment, Notice, Piece, PieceWriter, ShareLink, User
from editorial.prose import text_of
from editorial.typed import one_line, tidy
from editorial.without_cookie import Rate

LONGEST_BODY = Comment._meta.get_field("body").max_length or 0
LONGEST_QUOTE = Comment._meta.get_field("quote").max_length or 0
LONGEST_NAME = Comment._meta.get_field("by_name").max_length or 0
#: Through one share link.
FROM_OUTSIDE = Rate(an_hour=20, in_all=200)
#: The newest that are shown at once.
MOST_SHOWN = 400
MOST_MENTIONS = 20
MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]{1,150})")
#: Korean puts its particles straight behind a log-in name.
LATIN = re.compile(r"[A-Za-z0-9_.@+-]+")

NO_SUCH_PIECE = Blocker("no_such_piece", _("This piece no longer exists. Go back to the list."))
NO_SUCH_COMMENT = Blocker("no_such_comment", _("There is no such comment here. Reload the page."))


def fields_of(model: type[Piece]) -> dict[str, str]:
    """The fields of the kind's form that one can comment on, with what they are called there."""
    editable = {f.name for f in model._meta.fields if f.editable and not f.auto_created and not f.primary_key}
    return {one.name: one.title() for one in model.content_fields() if one.name in editable | {"tags"}}


# --- What stands against it -----------------------------------------------------------------------------------------
def to_say(body: str, quote: str) -> list[Blocker]:
    """Empty or too long."""
    blockers = []
    if not body:
        blockers.append(Blocker("no_text", _("Write something first."), "body"))
    if len(body) > LONGEST_BODY:
        sentence = _("Shorten the comment to at most {most} letters; it has {length}.")
        blockers.append(Blocker("too_long", format_lazy(sentence, most=LONGEST_BODY, length=len(body)), "body"))
    if len(quote) > LONGEST_QUOTE:
        sentence = _("Shorten the passage to at most {most} letters; it has {length}.")
        blockers.append(
            Blocker("quote_too_long", format_lazy(sentence, most=LONGEST_QUOTE, length=len(quote)), "quote")
        )
    return blockers


def to_answer(head: Comment) -> list[Blocker]:
    if head.reply_to_id is not None:
        return [Blocker("is_reply", _("Answer the comment that it answers."))]
    if head.resolved_at is not None:
        return [Blocker("resolved", _("It is resolved. Open it again first."))]
    return []


def to_settle(comment: Comment, piece: Piece, by: User) -> list[Blocker]:
    """Against resolving it, or opening it again: for the piece's writers, editors and whoever said it."""
    if comment.reply_to_id is not None:
        return [Blocker("is_reply", _("Resolve the comment that it answers."))]
    if comment.by_id == by.pk or guards.may_edit(piece, by):
        return []
    return [Blocker("not_yours", _("Only its writer, the writers of the piece and editors may do this."))]


# --- The acts -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add(
    piece_id: int, *, by: User, body: str, field: str = "", quote: str = "", reply_to: int | None = None
) -> Comment:
    """Say something about a piece that this person sees. Raises Refused with every reason; nothing is kept then."""
    piece, now = _seen(piece_id, by), timezone.now()
    body, quote = tidy(body), tidy(quote)
    blockers = to_say(body, quote)
    head = _in(piece, reply_to) if reply_to is not None else None
    if head is not None:
        blockers += to_answer(head)
        field = quote = ""
    if field and field not in fields_of(type(piece)):
        blockers.append(Blocker("no_such_field", _("There is no such field. Choose one from the list."), "field"))
    if piece.erased_at is not None:
        blockers.append(Blocker("erased", _("This piece was erased; nothing can be done with it.")))
    refuse_if(blockers)
    comment = Comment.objects.create(
        piece_id=piece.pk, by=by, body=body, field=field, quote=quote, reply_to=head, at=now
    )
    _tell(comment, piece, by=by, head=head, now=now)
    return comment


@transaction.atomic
def add_from_outside(link_id: int, *, name: str, body: str, quote: str = "", now: datetime) -> Comment:
    """What somebody says through a link that opens at that instant. Mentions nobody: it must not sound out names."""
    # The lock makes the rate hold for two requests at once.
    link = ShareLink.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=link_id)
    piece = kinds.load(link.piece_id)
    if sharing.fate_of(link, sharing.ground_of(piece, now), now) is not sharing.Fate.OPEN:
        raise Refused([NO_SUCH_PIECE])
    name, body, quote = one_line(name), tidy(body), tidy(quote)
    blockers = to_say(body, quote)
    if not name:
        blockers.append(Blocker("no_name", _("Say who you are, by any name you like."), "name"))
    if len(name) > LONGEST_NAME:
        sentence = _("Shorten the name to at most {most} letters.")
        blockers.append(Blocker("name_too_long", format_lazy(sentence, most=LONGEST_NAME), "name"))
    if not link.may_comment:
        blockers.append(Blocker("only_to_read", _("This link is for reading only.")))
    refuse_if([*blockers, *FROM_OUTSIDE.blockers(link.comments.all(), now)])
    comment = Comment.objects.create(piece_id=piece.pk, link=link, by_name=name, body=body, quote=quote, at=now)
    notices.tell([link.made_by_id, *_concerned(piece)], piece, Notice.What.COMMENTED, None, now)
    return comment


@transaction.atomic
def resolve(piece_id: int, comment_id: int, *, by: User) -> None:
    """Done with, for now; it stays to be read."""
    comment = _to_settle(piece_id, comment_id, by)
    if comment.resolved_at is None:
        comment.resolved_by, comment.resolved_at = by, timezone.now()
        comment.save(update_fields=["resolved_by", "resolved_at"])


@transaction.atomic
def reopen(piece_id: int, comment_id: int, *, by: User) -> None:
    comment = _to_settle(piece_id, comment_id, by)
    comment.resolved_by = comment.resolved_at = None
    comment.save(update_fields=["resolved_by", "resolved_at"])


def _seen(piece_id: int, by: User) -> Piece:
    """The same refusal for what is not there and for what this person does not see."""
    piece = kinds.load(piece_id) if Piece.objects.filter(pk=piece_id).exists() else None
    if piece is None or not seeing.may_see(piece, by):
        raise Refused([NO_SUCH_PIECE])
    return piece


def _in(piece: Piece, comment_id: int) -> Comment:
    """The comment, of this piece alone."""
    comment = Comment.objects.select_for_update(of=("self",)).filter(pk=comment_id, piece_id=piece.pk).first()
    if comment is None:
        raise Refused([NO_SUCH_COMMENT])
    return comment


def _to_settle(piece_id: int, comment_id: int, by: User) -> Comment:
    piece = _seen(piece_id, by)
    comment = _in(piece, comment_id)
    refuse_if(to_settle(comment, piece, by))
    return comment


# --- Who hears of it ------------------------------------------------------------------------------------------------
def mentioned(body: str, piece: Piece) -> list[User]:
    """The staff whom @log-in names in the text mean, of those who see the piece; other names mean nobody."""
    typed = [_readings(name) for name in list(dict.fromkeys(MENTION.findall(body)))[:MOST_MENTIONS]]
    if not typed:
        return []
    wanted = {reading for readings in typed for reading in readings}
    found = {user.get_username(): user for user in seeing.who_see(piece).filter(username__in=wanted)}
    meant = [next((found[reading] for reading in readings if reading in found), None) for readings in typed]
    return list(dict.fromkeys(user for user in meant if user is not None))


def _readings(name: str) -> list[str]:
    """What a typed name may stand for, the longest first: without a full stop, without a Korean particle."""
    latin = LATIN.match(name)
    return [name, name.rstrip(".@+-"), latin.group().rstrip(".@+-") if latin else name]


def _concerned(piece: Piece) -> list[int | None]:
    """Who writes the piece and who reviews it."""
    writers = PieceWriter.objects.filter(piece_id=piece.pk).values_list("user_id", flat=True)
    return [*writers, piece.created_by_id, piece.reviewer_id, piece.submitted_by_id]


def _tell(comment: Comment, piece: Piece, *, by: User, head: Comment | None, now: datetime) -> None:
    """Each person once: who is mentioned is not also told that there is a comment."""
    named = {user.pk for user in mentioned(comment.body, piece)}
    notices.tell(named, piece, Notice.What.MENTIONED, by, now)
    others = {*_concerned(piece), head.by_id if head else None} - named
    notices.tell(others, piece, Notice.What.COMMENTED, by, now)


# --- Reading them ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """One comment as this person sees it now, with what was answered."""

    comment: Comment
    who: str
    ago: str
    #: For whom the share link was through which it came; empty for colleagues.
    through: str
    field_label: str
    #: The passage is no longer in the text.
    is_changed: bool
    may_settle: bool
    resolved: str = ""
    replies: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Talk:
    """All that was said about a piece, the open comments first to last, then the resolved ones."""

    open: list[Said]
    resolved: list[Said]
    is_cut: bool = False

    @property
    def heading(self) -> str:
        """How many are open, in words."""
        return ngettext("%(count)d open comment", "%(count)d open comments", len(self.open)) % {"count": len(self.open)}


def talk_about(piece: Piece, by: User, *, now: datetime) -> Talk:
    """Two queries at most, whatever the number of comments."""
    if piece.__dict__.get("comment_count") == 0:
        return Talk(open=[], resolved=[], is_cut=False)  # the query that fetched the piece counted them
    wrote = PieceWriter.objects.filter(piece_id=OuterRef("piece_id"), user_id=by.pk)
    found = Comment.objects.filter(piece_id=piece.pk).select_related("by", "resolved_by", "link")
    rows: list[Any] = list(found.annotate(is_writer=Exists(wrote)).order_by("-at", "-pk")[: MOST_SHOWN + 1])
    shown = rows[:MOST_SHOWN][::-1]
    content = piece.revisions.values_list("content", flat=True).first() if any(row.quote for row in shown) else None
    texts, labels = _Texts(content or {}), fields_of(type(piece))
    may_write = seeing.may_change_kind(piece, by)
    is_editor = piece.created_by_id == by.pk or by.has_perm("editorial.edit_any_piece")
    heads: dict[int, Said] = {}
    for row in shown:
        said = Said(
            comment=row,
            who=named(row.by) if row.by else row.by_name,
            ago=ago(row.at, now),
            through=row.link.for_whom if row.link else "",
            field_label=labels.get(row.field, row.field),
            is_changed=bool(row.quote) and not texts.hold(row.quote, row.field),
            may_settle=row.by_id == by.pk or (may_write and (is_editor or row.is_writer)),
            resolved=named(row.resolved_by) if row.resolved_by else "",
        )
        if row.reply_to_id is None:
            heads[row.pk] = said
        elif row.reply_to_id in heads:
            heads[row.reply_to_id].replies.append(said)
    threads = list(heads.values())
    return Talk(
        open=[said for said in threads if said.comment.resolved_at is None],
        resolved=[said for said in threads if said.comment.resolved_at is not None],
        is_cut=len(rows) > MOST_SHOWN,
    )


def named(user: User) -> str:
    return user.get_full_name() or user.get_username()


def ago(at: datetime, now: datetime) -> str:
    if (now - at).total_seconds() < 60:
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(at, now, depth=1)}


class _Texts:
    """The texts of a piece, as they can be searched for a passage whatever its spaces and markup."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.by_field = {name: squeezed(value) for name, value in content.items() if isinstance(value, str)}
        self.all = [squeezed(text) for text in strings(content)]

    def hold(self, quote: str, name: str) -> bool:
        wanted = "".join(unicodedata.normalize("NFC", quote).split())
        places = [self.by_field[name]] if name in self.by_field else self.all
        return any(wanted in place for place in places)


def squeezed(text: str) -> str:
    """Without markup and without any space: a selection in a browser has other ones than the stored text."""
    plain = html.unescape(text_of(text)) if "<" in text or "&" in text else text
    return "".join(unicodedata.normalize("NFC", plain).split())


def strings(value: Any) -> Iterator[str]:
    """Every text within a piece of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
