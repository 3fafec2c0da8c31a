"""The pictures that a page shows: of each edition those whose files are there and whose people agree, now.

Two queries for all editions of a page; none when they have no pictures. What may not be shown is simply not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from editorial.models import Clearance, Edition, EditionPicture, Part, PictureSubject, Piece, Rendition
from editorial.prose_nodes import slots_in

#: In the order in which a browser is offered them; the last one is for those that know none of the others.
FORMATS = {"AVIF": ("image/avif", "avif"), "WEBP": ("image/webp", "webp"), "JPEG": ("image/jpeg", "jpg")}
FORMAT_OF = {extension: name for name, (_type, extension) in FORMATS.items()}
#: The width of the one file for browsers that know no choice.
PLAIN_WIDTH = 960

Address = Callable[[Edition, str, str], str]
"""Where a file is to be had: of which edition, its name, its extension. Empty where it is not."""


@dataclass(frozen=True)
class File:
    """One file of a picture; sizes in pixels."""

    url: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class Source:
    """The files of one format, as <source> names them."""

    type: str
    srcset: str


@dataclass(frozen=True)
class ShownPicture:
    """One picture of an edition with its words, ready for a template."""

    picture: int
    files: tuple[File, ...]
    alt: str = ""
    caption: str = ""
    credit: str = ""
    is_lead: bool = False
    #: What a crop must keep, in fractions of width and height.
    focal: tuple[float, float] = (0.5, 0.5)

    @property
    def focus(self) -> str:
        """The classes by which the style sheet crops around the focal point, in steps of a quarter."""
        return f"fx{round(self.focal[0] * 4)} fy{round(self.focal[1] * 4)}"

    @property
    def sources(self) -> list[Source]:
        return [Source(FORMATS[name][0], self._srcset(name)) for name in FORMATS if name != "JPEG" and self._of(name)]

    @property
    def jpeg_srcset(self) -> str:
        return self._srcset("JPEG")

    @property
    def plain(self) -> File:
        """The JPEG that an old browser gets; its size is also the shape of the picture."""
        files = self._of("JPEG")
        return next((one for one in files if one.width >= PLAIN_WIDTH), files[-1])

    def _of(self, name: str) -> list[File]:
        return sorted((one for one in self.files if one.format == name), key=lambda one: one.width)

    def _srcset(self, name: str) -> str:
        return ", ".join(f"{one.url} {one.width}w" for one in self._of(name))


@dataclass(frozen=True)
class Showing:
    """What a page may show of its editions."""

    by_edition: dict[tuple[int, int], list[ShownPicture]] = field(default_factory=dict)

    def of(self, edition: Edition) -> list[ShownPicture]:
        return self.by_edition.get(_key(edition), [])

    def lead(self, edition: Edition) -> ShownPicture | None:
        """The one that stands above the text and on lists."""
        return next((one for one in self.of(edition) if one.is_lead), None)

    def rest(self, edition: Edition) -> list[ShownPicture]:
        """Those that stand nowhere in the text and do not lead it."""
        placed = placed_in(edition)
        return [one for one in self.of(edition) if not one.is_lead and one.picture not in placed]

    def slot(self, edition: Edition) -> Callable[[int], str]:
        """Prints the place of a picture inside the prose: the picture, or nothing."""
        shown = {one.picture: one for one in self.of(edition)}
        return lambda picture: figure(shown[picture]) if picture in shown else ""


def _key(edition: Edition) -> tuple[int, int]:
    """An edition that is not stored is known by its piece."""
    return (edition.pk or 0, edition.piece_id)


def figure(picture: ShownPicture) -> SafeString:
    return render_to_string("editorial/figure.html", {"picture": picture})


def placed_in(edition: Edition) -> set[int]:
    """The pictures that the prose of an edition shows at places of their own."""
    texts = (value for value in edition.content.values() if isinstance(value, str) and "<figure" in value)
    return {picture for text in texts for picture in slots_in(text)}


def stored_in(edition: Edition) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = edition.content.get("pictures", [])
    return found


# --- What may be shown ------------------------------------------------------------------------------------------------
def allowed(rows: QuerySet[EditionPicture], at: datetime) -> QuerySet[EditionPicture]:
    """Those that show nobody, or only people whose portrait is granted at that instant.

    Whoever was said to be in it when it was published, or is said to be now, counts: the strictest wins. It takes the
    grant of the showing piece, for this very edition, and of every story whose narrator it shows; and it may stand only
    in one of these stories or in a translation.
    """
    portrait = Clearance.objects.filter(channel=Part.PORTRAIT, allowed_from__lte=at, allowed_until__gt=at, held=False)
    own = portrait.filter(piece_id=OuterRef("edition__piece_id"), from_edition__lte=OuterRef("edition__number"))
    # A portrait that its narrator had taken back shows again once their own story was published again.
    published_since = Edition.objects.filter(
        piece_id=OuterRef("piece_id"), number__gte=OuterRef("from_edition")
    ).order_by()
    is_at_home = Q(piece_id=OuterRef(OuterRef("edition__piece_id"))) | Q(
        piece_id=OuterRef(OuterRef("edition__original_id"))
    )
    granted = portrait.filter(is_at_home | Exists(published_since), piece_id=OuterRef("piece_id"))
    subjects = PictureSubject.objects.filter(picture_id=OuterRef("picture_id"))
    shows_nobody = Q(shows_narrator=False) & ~Exists(subjects)
    is_of_this_story = Exists(subjects.filter(piece_id=OuterRef("edition__original_id"))) | ~Exists(subjects)
    return rows.filter(
        shows_nobody | (Q(Exists(own)) & ~Exists(subjects.filter(~Exists(granted))) & Q(is_of_this_story))
    )


def on(request: HttpRequest, editions: Iterable[Edition]) -> Showing:
    """What the page that answers this request may show of these editions, which came through a door."""
    with_pictures = [one for one in editions if stored_in(one)]
    if not with_pictures:
        return Showing()
    now: datetime = request.now  # type: ignore[attr-defined]  # door.public_page sets it, and so does a preview
    wanted = _wanted(with_pictures, now)
    files = _files({pair for pairs in wanted.values() for pair in pairs})
    address = address_for(request)
    return Showing({_key(one): _pictures(one, wanted[_key(one)], files, address) for one in with_pictures})


Pair = tuple[int, str]
"""A picture and the digest of its recipe."""


def _wanted(editions: Sequence[Edition], now: datetime) -> dict[tuple[int, int], set[Pair]]:
    """Which pictures of each edition may be shown. A preview shows what its working copy says."""
    found: dict[tuple[int, int], set[Pair]] = {_key(one): set() for one in editions}
    stored = {one.pk: _key(one) for one in editions if one.pk}
    if stored:
        rows = allowed(EditionPicture.objects.filter(edition_id__in=stored), now)
        for edition, picture, digest in rows.values_list("edition_id", "picture_id", "recipe_digest"):
            found[stored[edition]].add((picture, digest))
    for one in editions:
        if not one.pk:
            found[_key(one)] = {(said["picture"], said["recipe_digest"]) for said in stored_in(one)}
    return found


def _files(pairs: set[Pair]) -> dict[Pair, list[tuple[str, str, int, int]]]:
    """Name, format, width and height of every file; one query."""
    if not pairs:
        return {}
    rows = Rendition.objects.filter(
        picture_id__in={picture for picture, _digest in pairs},
        recipe_digest__in={digest for _picture, digest in pairs},
        purpose="page",
        removed_at__isnull=True,
    ).values_list("picture_id", "recipe_digest", "name", "format", "width", "height")
    found: dict[Pair, list[tuple[str, str, int, int]]] = {}
    for picture, digest, name, form, width, height in rows:
        found.setdefault((picture, digest), []).append((name, form, width, height))
    return found


def _pictures(
    edition: Edition, wanted: set[Pair], files: dict[Pair, list[tuple[str, str, int, int]]], address: Address
) -> list[ShownPicture]:
    found = []
    for said in stored_in(edition):
        pair = (said["picture"], said["recipe_digest"])
        if pair not in wanted:
            continue
        there = [
            File(url, form, width, height)
            for name, form, width, height in files.get(pair, [])
            if (url := address(edition, name, FORMATS[form][1]))
        ]
        if any(one.format == "JPEG" for one in there):
            words = {name: said.get(name, "") for name in ("alt", "caption", "credit")}
            recipe = said.get("recipe", {})
            focal = recipe.get("focal_x", 0.5), recipe.get("focal_y", 0.5)
            found.append(ShownPicture(pair[0], tuple(there), **words, is_lead=said.get("is_lead", False), focal=focal))
    return found


# --- Where it is to be had --------------------------------------------------------------------------------------------
def address_for(request: HttpRequest) -> Address:
    """Readers have one address for all; the desk and a shared draft show pictures that no reader may have yet."""
    match = request.resolver_match
    if match is not None and match.namespace == "admin":
        return lambda _edition, name, extension: reverse("admin:picture_file", args=[name, extension])
    if match is not None and match.view_name == "editorial:shared":
        return _in_a_shared_draft(request, match.kwargs["token"])
    return lambda edition, name, extension: public_address(name, extension) if edition.pk else ""


def public_address(name: str, extension: str) -> str:
    return reverse("editorial:picture", args=[name, extension])


def _in_a_shared_draft(request: HttpRequest, token: str) -> Address:
    """Of the draft itself by its own path; of what is public as for everybody; of other drafts nothing."""
    from editorial.pictures.sharing import showable

    piece: Piece = request.shared_piece  # type: ignore[attr-defined]  # shared_views sets it
    mine = showable(piece)

    def address(edition: Edition, name: str, extension: str) -> str:
        if edition.pk:
            return public_address(name, extension)
        is_of_it = edition.piece_id == piece.pk and name in mine
        return reverse("editorial:shared_picture", args=[token, name, extension]) if is_of_it else ""

    return address
