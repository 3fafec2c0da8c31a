"""One line broken at a time: each has to be seen by one of the looks. The guard is named by what it says in the source."""

# ruff: noqa: E501, Q003  (a broken line is quoted as it stands in the source)
from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from editorial.pictures import making
from stories import person
from stories.models import Narrator
from tests.leaks import breaking, looking
from tests.leaks.looking import Look, Searcher

How = Callable[[], AbstractContextManager[None]]
EDITION, DOOR, CACHE = "editorial.models.edition", "editorial.door", "reading.page_cache"
PICTURE, MAKING, VERIFYING = "editorial.picture_views", "editorial.pictures.making", "editorial.pictures.verifying"


@dataclass(frozen=True)
class Breakage:
    """What is broken, and which looks are taken then."""

    name: str
    how: Sequence[How]
    looks: Sequence[Look] = field(default=(looking.beaten_track,))
    #: Whether what is missing counts, too.
    with_missing: bool = True

    def __str__(self) -> str:
        return self.name


def line(module: str, old: str, new: str = "") -> How:
    return lambda: breaking.line(module, old, new)


def value(place: str, new: Any) -> How:
    return lambda: breaking.value(place, new)


def template(name: str, old: str, new: str) -> How:
    return lambda: breaking.template(name, old, new)


def own_encoding() -> AbstractContextManager[None]:
    """A copy that the next line may spoil."""
    return breaking.value(f"{MAKING}:ENCODING", deepcopy(making.ENCODING))


def somebody_is_read(searcher: Searcher) -> None:
    """The consent officer opens and changes what is sealed, which leaves events."""
    narrator = Narrator.objects.exclude(sealed="").first()
    assert narrator is not None
    officer = searcher.world.staff.consent_officer
    found = person.read_person(narrator, by=officer)
    person.write_person(narrator, replace(found, notes=f"{found.notes} more"), by=officer)


WARM = (looking.beaten_track, looking.taken_back)
LATER = (looking.beaten_track, looking.later)
STILL = (looking.beaten_track, looking.nothing_moves)
DESK = (looking.the_desk_as_administrator,)
EDITORS = (looking.the_desk_as_editor,)
DRAFTS = (looking.links_of_drafts,)
CODES = (looking.codes_of_narrators,)
OUTSIDE = (somebody_is_read, looking.outside)
FILES = (looking.pictures_made_anew,)
ERASED = (looking.erased_for_good,)

BREAKAGES: list[Breakage] = [
    # --- The door ---------------------------------------------------------------------------------------------------
    Breakage("the door without held", [line(EDITION, "            piece__clearances__held=False,\n")]),
    Breakage("the door without the channel", [line(EDITION, "piece__clearances__channel=channel,", 'piece__clearances__channel="website",')]),
    Breakage("the door without from_edition", [line(EDITION, '            piece__clearances__from_edition__lte=F("number"),\n')]),
    Breakage("the door without the real name", [line(EDITION, "Q(shows_name=False) | Exists(name),", "Q(pk__isnull=False),")]),
    Breakage("the door without the end of consent", [line(EDITION, "            piece__clearances__allowed_until__gt=at,\n")]),
    Breakage("the door without the start of consent", [line(EDITION, "            piece__clearances__allowed_from__lte=at,\n")]),
    Breakage("live without ends_at", [line(EDITION, "publish_at__lte=at, ends_at__gt=at)", "publish_at__lte=at)")]),
    Breakage("live without publish_at", [line(EDITION, "self.filter(publish_at__lte=at, ends_at__gt=at)", "self.filter(ends_at__gt=at)")]),
    Breakage("public without cleared", [line(EDITION, "return self.for_readers().live(at).cleared(channel, at)", "return self.for_readers().live(at)")]),
    Breakage("public without live", [line(EDITION, "self.for_readers().live(at).cleared(channel, at)", "self.for_readers().cleared(channel, at)")]),
    Breakage("citable after an end", [line(EDITION, ".filter(~Exists(ended), is_citable", ".filter(is_citable")]),
    Breakage("citable before its time", [line(EDITION, "is_citable=True, publish_at__lte=at, ends_at", "is_citable=True, ends_at")]),
    Breakage("citable though held", [line(EDITION, "            .cleared(channel, at)\n        )", "        )")]),
    # --- Pages beside the door ------------------------------------------------------------------------------------------
    Breakage("the list of stories without the door", [line("stories.views", 'Edition.objects.public(Channel.WEBSITE, request.now).filter(kind="story")', 'Edition.objects.filter(kind="story")')]),
    Breakage("the home page without the door", [line("reading.views", "door = Edition.objects.public(Channel.WEBSITE, request.now)\n    found: dict", "door = Edition.objects.all()\n    found: dict")]),
    Breakage("a topic without the door", [line("reading.views", "Edition.objects.public(Channel.WEBSITE, request.now).filter(tagged([tag.pk])", "Edition.objects.filter(tagged([tag.pk])")]),
    Breakage("topics of everything", [line("reading.topics", "Edition.objects.public(Channel.WEBSITE, now).filter(", "Edition.objects.filter(")]),
    Breakage("the query of a collection without the door", [line("reading.gathering", "door = Edition.objects.public(channel, now).filter(kind__in", "door = Edition.objects.filter(kind__in")]),
    Breakage("pins without the door", [line("reading.gathering", "door = Edition.objects.public(channel, now)\n    wanted", "door = Edition.objects.all()\n    wanted")], WARM),
    Breakage("a frame with what the website shows", [line("embeds.views", "gathered(content, Channel.PARTNERS, request.now", "gathered(content, Channel.WEBSITE, request.now")]),
    Breakage("what a page refers to without the door", [line("editorial.linked", "door = Edition.objects.public(channel, now).exclude(piece_id=edition.piece_id)", "door = Edition.objects.exclude(piece_id=edition.piece_id)")]),
    Breakage("what rests on a source without the door", [line("editorial.linked", "door = Edition.objects.public(channel, now)\n    return list", "door = Edition.objects.all()\n    return list")]),
    Breakage("an address shows whatever stood there", [line(DOOR, "edition = door.filter(kind=kind", "edition = Edition.objects.filter(kind=kind")]),
    Breakage("410 with the title", [line(DOOR, 'body = render_to_string("410.html", context)', 'body = render_to_string("410.html", context) + "".join(Edition.objects.filter(slug=request.path.split("/")[-2]).values_list("title", flat=True))')]),
    Breakage("410 with the title in a header", [line(DOOR, 'status=410, headers={"Cache-Control": "no-store"})', 'status=410, headers={"Cache-Control": "no-store", "X-Was": "".join(Edition.objects.filter(slug=request.path.split("/")[-2]).values_list("title", flat=True))})')]),
    Breakage("a cookie with the title", [line("stories.views", 'return show(request, "stories/story.html", context, language=language)', 'response = show(request, "stories/story.html", context, language=language); response.set_cookie("last", edition.slug); return response')]),
    Breakage("the template of a story names its working copy", [template("stories/story.html", "{% block main %}", "{% block main %}{{ edition.piece.digest }}")]),
    # --- What is kept -----------------------------------------------------------------------------------------------
    Breakage("the page cache ignores the generation", [line("reading.kept", "self.generation == generation and now < self.until", "now < self.until")], WARM),
    Breakage("the page cache ignores the end", [line("reading.kept", "self.generation == generation and now < self.until", "self.generation == generation")], LATER),
    Breakage("304 without a stored page", [line(CACHE, "        inner = dict(environ, REQUEST_METHOD=\"GET\")\n", "        inner = dict(environ, REQUEST_METHOD=\"GET\")\n        if environ.get(\"HTTP_IF_NONE_MATCH\"):\n            start_response(\"304 Not Modified\", [])\n            return []\n")], WARM),
    Breakage("the tag of a page follows from hidden rows", [line(CACHE, "tag=hashlib.sha256(body).hexdigest()[:32],", "tag=hashlib.sha256(body + str(__import__('editorial.models', fromlist=['Piece']).Piece.objects.count()).encode()).hexdigest()[:32],")], STILL, with_missing=False),
    Breakage("counts of everything that has the tag", [line("reading.topics", 'Count("content_object__piece", distinct=True)', 'Count("tag__piece_links", distinct=True)')], STILL, with_missing=False),
    # --- Pictures ---------------------------------------------------------------------------------------------------
    Breakage("a picture without the grant for the portrait", [line(PICTURE, "showing = allowed(_editions_with(row), now)", "showing = _editions_with(row)")]),
    Breakage("a picture of an edition that is not public", [line(PICTURE, "edition__in=Edition.objects.public(channel, now).values(\"pk\")", "edition__in=Edition.objects.values(\"pk\")")]),
    Breakage("a picture that was taken down", [line(PICTURE, "    if row.removed_at is not None:\n        return set()\n", "    if row.removed_at is None:\n        pass\n")]),
    Breakage("304 for a picture that was taken back", [line(PICTURE, "    channels = seen_on(row, now)\n    if channels:", "    channels = seen_on(row, now) or (set(CHANNELS[row.purpose]) if request.headers.get(\"If-None-Match\") else set())\n    if channels:")], WARM),
    Breakage("the original is served", [line(PICTURE, "body = storing.renditions.read(row.name)", "body = storing.originals.read(row.picture.original_name)")]),
    Breakage("a page names pictures that nobody may see", [line("editorial.pictures.showing", "rows = allowed(EditionPicture.objects.filter(edition_id__in=stored), now)", "rows = EditionPicture.objects.filter(edition_id__in=stored)")]),
    Breakage("nothing is covered", [line(MAKING, "    cover(raster, recipe.shapes)\n")], FILES),
    Breakage("blur instead of a fill", [line(MAKING, "cover(raster, recipe.shapes)", "raster = raster.filter(__import__('PIL.ImageFilter', fromlist=['x']).GaussianBlur(8)) if recipe.shapes else raster")], FILES),
    Breakage("pixels instead of a fill", [line(MAKING, "cover(raster, recipe.shapes)", "raster = raster.resize((raster.width // 12, raster.height // 12)).resize(raster.size, 0) if recipe.shapes else raster")], FILES),
    Breakage("half of a shape is covered", [line("editorial.pictures.redacting", "(shape.x + shape.width) * width,\n", "(shape.x + shape.width / 2) * width,\n")], FILES),
    Breakage("the comment of the original is passed on, and nobody looks", [own_encoding, line(MAKING, "    raster = upright(original)\n    cover(", "    ENCODING['JPEG']['comment'] = Image.open(BytesIO(original)).info.get('comment', b'')\n    raster = upright(original)\n    cover("), value(f"{VERIFYING}:verify", lambda _made: None)], FILES),
    Breakage("the EXIF of the original is passed on, and nobody looks", [own_encoding, line(MAKING, "    raster = upright(original)\n    cover(", "    ENCODING['JPEG']['exif'] = Image.open(BytesIO(original)).info.get('exif', b'')\n    raster = upright(original)\n    cover("), value(f"{VERIFYING}:verify", lambda _made: None)], FILES),
    Breakage("a comment is kept, and the check refuses the file", [line(MAKING, "raster.save(file, name, **ENCODING[name])", "raster.save(file, name, **ENCODING[name], comment=b'words')")], FILES),
    # --- The desk ---------------------------------------------------------------------------------------------------
    Breakage("search of drafts for every role", [line("editorial.finding", "found = _find_pieces(query, kinds_seen_by(by), limit", "found = _find_pieces(query, [kind.name for kind in kinds.every()], limit")], DESK, with_missing=False),
    Breakage("every page about a piece for every role", [line("editorial.admin.piece", "        if not self.has_view_or_change_permission(request, piece):\n            raise PermissionDenied\n        return piece", "        return piece")], DESK, with_missing=False),
    Breakage("lists of staff answer questions about columns", [value("editorial.admin.people:StaffAdmin.lookup_allowed", lambda *_args, **_named: True)], DESK, with_missing=False),
    Breakage("lists of stories answer questions about narrators", [value("editorial.admin.piece_list:PieceList.lookup_allowed", lambda *_args, **_named: True)], EDITORS, with_missing=False),
    Breakage("a person is called by the mail address", [value("editorial.models.user:User.__str__", lambda self: self.email)], EDITORS, with_missing=False),
    Breakage("a narrator is called by the name", [value("stories.models.narrator:Narrator.__str__", lambda self: person.opened(self).names[0].text if self.sealed else self.code)], OUTSIDE, with_missing=False),
    # --- Beside the answers -----------------------------------------------------------------------------------------
    Breakage("a link opens after it was published", [line("editorial.sharing", "return next((fate for is_so, fate in closed if is_so), Fate.OPEN)", "return Fate.OPEN")], DRAFTS, with_missing=False),
    Breakage("the log names the address of a draft", [line("config.logs", 'DRAFT.sub("/draft/…", value)', "value")], DRAFTS, with_missing=False),
    Breakage("the log names the words of a narrator", [line("stories.code_views", "    code = codes.found(typed)\n", "    code = codes.found(typed)\n    __import__('logging').getLogger('x').warning('tried: %s', typed)\n")], CODES, with_missing=False),
    Breakage("the page of withdrawal names the story", [line("stories.code_views", "        reason=reason,\n        is_hidden", "        reason=code.story.title,\n        is_hidden")], CODES, with_missing=False),
    Breakage("events hold what was written about a narrator", [line("stories.person", 'subject=f"narrator {narrator}", fields=changed)', 'subject=f"narrator {narrator}", fields=[str(person.stored())])')], OUTSIDE, with_missing=False),
    Breakage("mails hold the title", [line("editorial.mailing", "capfirst(str(kind.label))", "capfirst(piece.title)")], OUTSIDE, with_missing=False),
    Breakage("what is sealed is only wrapped", [line("editorial.sealing", "return _keys().encrypt(_bound(context, data))", "return base64.urlsafe_b64encode(_bound(context, data))")], OUTSIDE, with_missing=False),
    Breakage("erasing keeps the revisions", [line("editorial.workflow.erasing", "piece.revisions.update(content={}, changed=[], erased_at=now)", "pass")], ERASED, with_missing=False),
    Breakage("erasing keeps the address", [line("editorial.workflow.erasing", "        address.slug = tombstone(address.kind, address.language, address.slug)\n")], ERASED, with_missing=False),
    Breakage("erasing keeps the words for the search", [line("editorial.workflow.erasing", "    finding.forget(piece.pk)\n")], ERASED, with_missing=False),
]  # fmt: skip

#: For the default suite; `make leaks` takes all.
SAMPLE = [one for one in BREAKAGES if one.name in {
    "the door without held", "410 with the title", "the page cache ignores the generation", "blur instead of a fill",
    "the log names the address of a draft",
}]  # fmt: skip
