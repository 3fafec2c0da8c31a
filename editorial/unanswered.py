"""Which comments wait for a person's answer: there is no record of what somebody read, but of what they said."""

from __future__ import annotations

import re

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from editorial.models import Comment, PieceWriter, User

#: How somebody is mentioned, as editorial/comments.py reads it: not inside of a longer name or an address.
MENTION_OF = r"(^|[^\w.@+-])@{}[.@+-]*([^A-Za-z0-9_.@+-]|$)"


def waiting_for(by: User) -> QuerySet[Comment]:
    """Open comments whose last word is another person's: on one's own pieces, where one took part or is mentioned.

    Whether this person may see the piece is for the caller to ask.
    """
    said = Comment.objects.filter(Q(pk=OuterRef("pk")) | Q(reply_to=OuterRef("pk")))
    last = Subquery(said.order_by("-at", "-pk").values("by_id")[:1], output_field=IntegerField())
    names = Q(body__regex=MENTION_OF.format(re.escape(by.get_username())))
    writes = PieceWriter.objects.filter(user=by).values("piece_id")
    heads = Comment.objects.filter(reply_to__isnull=True, resolved_at__isnull=True)
    others = heads.annotate(last_by=Coalesce(last, 0)).exclude(last_by=by.pk)
    concerned = Q(piece__in=writes) | Q(piece__created_by=by) | Exists(said.filter(Q(by=by) | names))
    found: QuerySet[Comment] = others.filter(concerned)
    return found
