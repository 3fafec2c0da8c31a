"""Pictures: a pattern in the open, one under a cover, and words in every place where a file can hold words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageCms

from editorial import workflow
from editorial.models import Picture, PictureSubject, Piece, PiecePicture, Rendition
from editorial.pictures import keeping, making, preparing, storing, verifying
from editorial.pictures.making import PUBLIC_FORMATS, make
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.ticking import Thing
from stories.models import Scope
from tests.leaks.canaries import WEBSITE, Canary, said
from tests.leaks.filling import Who
from tests.leaks.pixels import COVERED_PLACE, drawn
from tests.leaks.planting import BOTH, HIDDEN, SEEN, World, days, seen
from tests.leaks.seeing import CONSENT_OFFICER, CONTRIBUTOR, EDITOR, NOBODY, WITH_TEXTS

WITH_PORTRAIT = (*BOTH, Scope.PORTRAIT)
ABSENT = {thing.value: "absent" for thing in Thing}
COVER = Recipe((Shape("box", *COVERED_PLACE),))
WITH_ORIGINALS = frozenset({CONTRIBUTOR, EDITOR, CONSENT_OFFICER})
ON_SITE = seen(WEBSITE)
#: The third one takes as long as the two together.
QUICK = [one for one in PUBLIC_FORMATS if one.lower() != "avif"]


def plant(world: World) -> None:
    with days(-8):
        page = world.page("page: live with a picture", ON_SITE)
        use(world, page, whole_way(world, "picture: whole way", ON_SITE), ON_SITE, is_lead=True)
        world.publish(page)
        for row, who, is_seen in (
            ("live with a portrait", SEEN, True),
            ("live with a portrait, to be refused", SEEN, True),
            ("live, its portrait refused", SEEN, False),
            ("draft with a portrait", HIDDEN, False),
        ):
            story = world.story(row, who, scopes=WITH_PORTRAIT)
            shown = who if is_seen else HIDDEN
            use(world, story, quickly(world, f"picture: {row}", shown, portrait_of=story), shown, is_lead=True)
            if who is not HIDDEN:
                world.publish(story)
        ended = world.page("page: ended with a picture")
        use(world, ended, quickly(world, "picture: ended", HIDDEN), HIDDEN)
        world.publish(ended)
        covered_later(world)
        quickly(world, "picture: used nowhere", HIDDEN)
    with days(-7):
        workflow.end(ended.pk, by=world.staff.publisher)
        refused: Any = world.pieces["live, its portrait refused"]
        world.refused(refused, (Scope.PORTRAIT,))


def covered_later(world: World) -> None:
    """Somebody found a face in it after it was published, and covered it; the earlier files are taken down."""
    page = world.page("page: live, its picture covered later", ON_SITE)
    picture = quickly(world, "picture: covered later", HIDDEN, recipe=Recipe())
    use(world, page, picture, HIDDEN)
    world.publish(page)
    keeping.take_down(Rendition.objects.filter(picture=picture))


def use(world: World, piece: Piece, picture: Picture, who: Who, **fixed: object) -> None:
    """The picture in the piece, with its words."""
    world.planter.row(PiecePicture, str(picture.label), who, piece=piece, picture=picture, **fixed)
    workflow.save(piece.pk, by=world.staff.contributor)
    piece.refresh_from_db()


def words_of(world: World, row: str, where: str) -> str:
    """Words that stand in a part of the file which nobody ever gets."""
    return said(world.nest.plant(Canary("editorial.picture.original_name", f"{row}: {where}", roles=NOBODY)))


def original(world: World, row: str, who: Who) -> tuple[bytes, str]:
    """A JPEG full of words, and its name."""
    seed = 1000 + len(world.album.open)
    in_open = Canary(
        "editorial.rendition.name", f"{row}: pixels", surfaces=who.surfaces, roles=WITH_TEXTS, literal=f"open-{seed}"
    )
    in_open.must = who.surfaces & {WEBSITE}
    covered = Canary(
        "editorial.picture.original_name", f"{row}: covered pixels", roles=WITH_ORIGINALS, literal=f"covered-{seed}"
    )
    world.nest.mark(in_open)
    world.nest.mark(covered)
    world.album.open[seed], world.album.covered[seed] = in_open.literal, covered.literal
    image = drawn(seed)
    exif = Image.Exif()
    exif[0x010E] = words_of(world, row, "EXIF description").encode().decode("latin-1", "ignore")[:10]
    exif[0x013B] = words_of(world, row, "EXIF artist").split()[0]
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{words_of(world, row, 'XMP')}</x:xmpmeta>".encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = BytesIO()
    image.save(
        file, "JPEG", quality=92, exif=exif, xmp=xmp, icc_profile=profile,
        comment=words_of(world, row, "comment").encode(),
    )  # fmt: skip
    return file.getvalue(), f"{words_of(world, row, 'name of the file').split()[0]}.jpg"


def whole_way(world: World, row: str, who: Who) -> Picture:
    """Through upload, cover, tick list and the worker, as an editor does it."""
    by = world.staff.contributor
    data, name = original(world, row, who)
    picture = keeping.upload(data, by=by, name=name, content_type="image/jpeg", label=label(world, row))
    keeping.cover(picture.pk, COVER, by=by, version=picture.lock_version)
    picture.refresh_from_db()
    keeping.tick(picture.pk, ABSENT | {"face": "covered"}, by=by, version=picture.lock_version)
    picture.refresh_from_db()
    assert preparing.make_now(picture.pk, picture.recipe_digest) == preparing.DONE
    finish(world, picture, row, who)
    return picture


def quickly(world: World, row: str, who: Who, *, portrait_of: Piece | None = None, recipe: Recipe = COVER) -> Picture:
    """The same rows and files, made in this process, in one width."""
    data, _name = original(world, row, who)
    picture: Picture = Picture.objects.create(
        label=label(world, row),
        original_name=storing.originals.keep(data),
        original_sha256=f"{len(world.album.open):064x}",
        original_format="JPEG",
        original_bytes=len(data),
        width=640,
        height=480,
        recipe=recipe.as_json(),
        recipe_digest=recipe.digest(),
        seen=ABSENT | {"face": "agreed" if portrait_of else "covered"},
        seen_by=world.staff.editor,
        seen_at=timezone.now(),
        uploaded_by=world.staff.contributor,
    )
    if portrait_of is not None:
        PictureSubject.objects.create(picture=picture, piece_id=portrait_of.pk)
    preparing.keep(picture, picture.recipe_digest, make(data, recipe, widths=(480,), formats=QUICK))
    finish(world, picture, row, who)
    return picture


def label(world: World, row: str) -> str:
    return said(world.planter.canary("editorial.picture.label", row, HIDDEN), 120)


def finish(world: World, picture: Picture, row: str, who: Who) -> None:
    """Its credit, and the names of its files, which tell that there is something."""
    credit = world.planter.canary("editorial.picture.credit", row, who)
    Picture.objects.filter(pk=picture.pk).update(credit=said(credit))
    world.pictures[row] = picture
    picture.refresh_from_db()
    world.originals[row] = (storing.originals.read(picture.original_name), Recipe.from_json(picture.recipe))
    for name in Rendition.objects.filter(picture=picture).values_list("name", flat=True):
        world.nest.mark(
            Canary("editorial.rendition.name", f"{row}: name", surfaces=who.surfaces, roles=WITH_TEXTS, literal=name)
        )


@contextmanager
def made_anew(world: World) -> Iterator[None]:
    """Every public file once more, in this process, checked as the worker checks it; what is unsafe is not kept."""
    before: dict[str, bytes] = {}
    try:
        for row, (data, recipe) in world.originals.items():
            files = Rendition.objects.filter(picture=world.pictures[row], removed_at__isnull=True, purpose="page")
            names = {(one.format.upper(), one.width): one.name for one in files}
            for one in making.make(data, recipe, widths=(480,), formats=QUICK):
                if name := names.get((one.format.upper(), one.width)):
                    before[name] = storing.renditions.read(name)
                    storing.renditions.forget(name)
                    if is_safe(one):
                        storing.renditions.keep(one.data, name)
        yield
    finally:
        for name, bytes_before in before.items():
            storing.renditions.forget(name)
            storing.renditions.keep(bytes_before, name)


def is_safe(made: making.Made) -> bool:
    try:
        verifying.verify(made)
    except verifying.Unsafe:
        return False
    return True


def addresses(world: World) -> list[str]:
    """Where the files that are made quickly are to be had."""
    extensions = {"JPEG": "jpg", "WEBP": "webp"}
    rows = Rendition.objects.filter(format__in=extensions, width=480, purpose="page")
    return [f"/pictures/{one.name}.{extensions[one.format]}" for one in rows]
