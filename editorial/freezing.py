"""Makes an edition out of a working copy: content, tags, references, address."""

from __future__ import annotations

from datetime import datetime

from editorial.models import Address, Edition, EditionPicture, EditionTag, Picture, Piece, Reference, User
from editorial.models.reference import Referring
from editorial.pictures import belonging


def working_edition(piece: Piece, at: datetime) -> Edition:
    """What the working copy says, as an edition that starts at that instant; not stored, so it can be previewed."""
    return Edition(
        piece_id=piece.pk,
        number=Edition.objects.filter(piece_id=piece.pk).next_number(),
        kind=piece.kind,
        language=piece.language,
        slug=piece.slug,
        title=piece.title,
        standfirst=piece.standfirst,
        public_id=piece.public_id,
        original_id=piece.original_id,
        is_citable=piece.is_citable,
        content=piece.content(),
        schema_version=piece.schema_version,
        shows_name=piece.shows_name(),
        publish_at=at,
    )


def freeze(
    piece: Piece, *, by: User, now: datetime, start: datetime, expires_at: datetime, urgent_reason: str = ""
) -> Edition:
    """The edition with its own tags and references; called by workflow alone."""
    edition = working_edition(piece, start)
    edition.digest, edition.approved_digest = piece.digest, piece.approved_digest
    edition.approval_id = piece.approval_id
    edition.revision_id = piece.revisions.values_list("pk", flat=True)[0]
    edition.is_urgent, edition.urgent_reason = bool(urgent_reason), urgent_reason
    edition.expires_at = expires_at
    edition.published_by, edition.made_at = by, now
    edition.save(force_insert=True)
    tags = edition.content.get("tags", [])
    EditionTag.objects.bulk_create(EditionTag(content_object=edition, tag_id=tag) for tag in tags)
    Reference.objects.bulk_create(_rows(piece, edition))
    if pictures := EditionPicture.objects.bulk_create(_pictures(piece, edition)):
        belonging.claim(pieces=[piece.pk], pictures=[one.picture_id for one in pictures])
    edition.is_sealed = True
    edition.save(update_fields=["is_sealed"])
    return edition


def _rows(piece: Piece, edition: Edition | None) -> list[Reference]:
    return [
        Reference(
            host_id=piece.pk,
            edition=edition,
            target_id=referring.target,
            role=referring.role,
            mode=Reference.Mode.LIVE if referring.pinned is None else Reference.Mode.PINNED,
            pinned_id=referring.pinned,
        )
        for referring in sorted(set(piece.referring()), key=_order)
    ]


def _pictures(piece: Piece, edition: Edition) -> list[EditionPicture]:
    """Each with whether somebody's grant decides over it, also where nobody said whose."""
    stored = edition.content.get("pictures", [])
    portraits = belonging.subjects_in(piece, list(Picture.objects.filter(pk__in=[one["picture"] for one in stored])))
    return [
        EditionPicture(
            edition=edition,
            picture_id=one["picture"],
            recipe_digest=one["recipe_digest"],
            shows_narrator=one["picture"] in portraits,
        )
        for one in stored
    ]


def _order(referring: Referring) -> tuple[str, int]:
    return referring.role, referring.target


def write_working_references(piece: Piece) -> None:
    """The references of the working copy, so that where-used knows drafts too."""
    piece.references.filter(edition__isnull=True).delete()
    Reference.objects.bulk_create(_rows(piece, None))


def claim_address(piece: Piece, *, now: datetime) -> None:
    """The address belongs to this piece from now on and for ever."""
    Address.objects.get_or_create(
        kind=piece.kind, language=piece.language, slug=piece.slug, defaults={"piece_id": piece.pk, "since": now}
    )
