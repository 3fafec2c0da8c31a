"""The checks panel: what blocks a piece and what could be better, of what was saved or of what is being typed.

What blocks is said by the functions that the verbs themselves ask, so the panel and the verbs never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models, transaction
from django.forms.models import _get_foreign_key  # the admin itself asks it
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editorial import advice, freezing, kinds, workflow
from editorial.admin.page import PiecePage
from editorial.advice import Advice, Draft
from editorial.blockers import Blocker, to_publish_content, to_refer
from editorial.models import Piece, State
from editorial.prose import ProseField
from editorial.standing import Standing

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin

Text = str | Promise
T = TypeVar("T")
#: How many items of a group are shown; a longer list helps nobody.
MOST = 12


@dataclass(frozen=True)
class Item:
    """One thing to do: why, in which part of the form, and the words where it begins."""

    code: str
    sentence: Text
    label: Text = ""
    #: "#id_body"; empty where no part of this form mends it, or the person may not change it.
    href: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    items: list[Item]

    @property
    def shown(self) -> list[Item]:
        return self.items[:MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.items) - MOST)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class Panel:
    """What the template shows. `is_typed`: of what is being typed, not of what was saved."""

    submitting: Group
    publishing: Group
    advising: Group
    state: str
    url: str
    is_typed: bool = False

    @property
    def blocking(self) -> int:
        return len(self.submitting) + len(self.publishing)

    @property
    def is_being_written(self) -> bool:
        """Whether to submit is the next step."""
        return self.state in {State.DRAFT, State.CHANGES_REQUESTED}


@dataclass(frozen=True)
class Reasons:
    """What stands in the way, in the words of the verbs: of submitting, and of publishing besides."""

    submitting: Sequence[Blocker]
    publishing: Sequence[Blocker] = field(default=())


def reasons(standing: Standing) -> Reasons:
    """What blocks the working copy as its rows say it. What the desk asked already, the standing knows."""
    content = to_publish_content(standing.piece, standing.now, standing)
    return Reasons(content, [*standing.approvals_missing, *to_refer(standing, set())])


# --- Where in the form ----------------------------------------------------------------------------------------------
class Places:
    """The parts of the form of a kind: their addresses on the page and what they are called."""

    def __init__(self, admin: PieceAdmin, request: HttpRequest, piece: Piece, *, can_edit: bool) -> None:
        self.model = admin.model
        self.can_edit = can_edit
        self.fields = set(flatten_fieldsets(admin.get_fieldsets(request, piece)))
        self.labels = {
            name: form_field.label
            for name, form_field in getattr(admin.form, "declared_fields", {}).items()
            if form_field.label
        }
        self.inlines = {
            prefix_of(admin.model, inline): inline.verbose_name_plural or inline.model._meta.verbose_name_plural
            for inline in admin.get_inlines(request, piece)
        }

    def href(self, name: str) -> str:
        if not self.can_edit:
            return ""
        if name in self.inlines:
            return f"#{name}-group"
        return f"#id_{name}" if name in self.fields else ""

    def label(self, name: str) -> Text:
        if name in self.inlines:
            return capfirst(str(self.inlines[name]))
        if name in self.labels:
            return str(self.labels[name])
        names = {one.name: one for one in self.model._meta.get_fields() if isinstance(one, models.Field)}
        return capfirst(str(names[name].verbose_name)) if name in names else ""

    def item(self, one: Blocker | Advice) -> Item:
        excerpt = one.excerpt if isinstance(one, Advice) else ""
        return Item(one.code, one.sentence, self.label(one.field), self.href(one.field), excerpt)


def prefix_of(parent: type[models.Model], inline: Any) -> str:
    """What the admin calls the formset of an inline."""
    key = _get_foreign_key(parent, inline.model, fk_name=inline.fk_name)
    return str(key.remote_field.get_accessor_name(model=inline.model)).replace("+", "")


# --- What was saved -------------------------------------------------------------------------------------------------
def saved_content(standing: Standing) -> dict[str, Any]:
    """What the working copy says, from the revision that the last save recorded: one query for any kind."""
    last, piece = standing.newest, standing.piece
    is_it = last is not None and last.digest == piece.digest and last.erased_at is None
    return last.content if last is not None and is_it else piece.content()


def saved(admin: PieceAdmin, request: HttpRequest, standing: Standing, *, can_edit: bool) -> Panel:
    """The panel beside the form when the page is opened. Costs nothing that the desk has asked with this standing."""
    places = Places(admin, request, standing.piece, can_edit=can_edit)
    return panel(places, standing.piece, reasons(standing), saved_content(standing))


def panel(
    places: Places,
    piece: Piece,
    found: Reasons,
    content: dict[str, Any],
    *,
    errors: Iterable[Item] = (),
    is_typed: bool = False,
) -> Panel:
    blocked = {(one.code, one.field) for one in found.submitting}
    advised = [one for one in advice.advice(draft_of(piece, content)) if (one.code, one.field) not in blocked]
    opts = piece._meta
    return Panel(
        Group("submitting", [*errors, *(places.item(one) for one in found.submitting)]),
        Group("publishing", [places.item(one) for one in found.publishing]),
        Group("advising", [places.item(one) for one in advised]),
        state=piece.state,
        url=reverse(f"admin:{opts.app_label}_{opts.model_name}_checks", args=[piece.pk]),
        is_typed=is_typed,
    )


def draft_of(piece: Piece, content: dict[str, Any]) -> Draft:
    """What advice is given on: the fields of several lines, with markup and without."""
    texts = [one for one in piece._meta.get_fields() if isinstance(one, models.TextField)]
    return Draft(
        piece.kind,
        content,
        prose=tuple(one.name for one in texts if isinstance(one, ProseField)),
        plain=tuple(one.name for one in texts if not isinstance(one, ProseField)),
        is_listed=kinds.named(piece.kind).is_listed,
        settled=piece.settled_passages(),
    )


# --- What is being typed --------------------------------------------------------------------------------------------
class Typed:
    """The form and its rows as the change view would bind them."""

    def __init__(self, admin: PieceAdmin, request: HttpRequest, piece: Piece) -> None:
        self.admin, self.request, self.piece = admin, request, piece
        self.was_overtaken = request.POST.get("version") != str(piece.lock_version)
        fields = flatten_fieldsets(admin.get_fieldsets(request, piece))
        form_class = admin.get_form(request, piece, change=True, fields=fields)
        self.form = form_class(request.POST, request.FILES, instance=piece)
        formsets, _inlines = admin._create_formsets(request, self.form.instance, change=True)  # type: ignore[attr-defined]
        self.form.is_valid()
        # A row that says what is stored already needs neither a look nor a save: this runs at every pause in typing.
        self.formsets = [one for one in formsets if not one.management_form.is_valid() or one.has_changed()]
        for formset in self.formsets:
            for row in formset.initial_forms:
                row.empty_permitted = True
        self.valid_formsets = [formset for formset in self.formsets if formset.is_valid()]

    def write(self) -> None:
        """Save all that can be saved: an error in one field hides no reason that lies in another."""
        if self.form.is_valid():
            self.admin.save_model(self.request, self.form.save(commit=False), self.form, change=True)
            # Not PieceAdmin's own: that one would record a revision.
            ModelAdmin.save_related(self.admin, self.request, self.form, self.valid_formsets, change=True)
        else:
            self.form.instance.save()
            self.form._save_m2m()
            for formset in self.valid_formsets:
                self.admin.save_formset(self.request, self.form, formset, change=True)
        freezing.write_working_references(kinds.load(self.piece.pk))

    def if_saved(self, ask: Callable[[Piece], T]) -> T:
        """The answer of the piece as it would be: saved, asked, and always rolled back.

        Nobody else can write meanwhile, so what can be done before or after is not done here.
        Raises DatabaseError where what was typed cannot be stored even for a moment.
        """
        with transaction.atomic():
            try:
                workflow.lock([self.piece.pk])
                self.write()
                return ask(kinds.load(self.piece.pk))
            finally:
                transaction.set_rollback(True)

    def checked(self) -> tuple[Reasons, dict[str, Any]]:
        """What would block it, and its content; of what was saved, when the errors of the form leave nothing else."""
        try:
            return self.if_saved(lambda piece: (reasons(Standing(piece)), piece.content()))
        except DatabaseError:
            if not self.has_errors:
                raise
        piece = kinds.load(self.piece.pk)
        standing = Standing(piece)
        return reasons(standing), saved_content(standing)

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors) or len(self.valid_formsets) < len(self.formsets)

    def errors(self, places: Places) -> Iterator[Item]:
        """What the form itself says against saving."""
        if self.was_overtaken:
            sentence = _("Somebody saved this piece meanwhile. Save: you will see both texts, and nothing is lost.")
            yield Item("saved_meanwhile", sentence)
        for name, messages in self.form.errors.items():
            for message in messages if name != "__all__" or not self.was_overtaken else ():
                yield Item("invalid", message, places.label(name), places.href(name))
        for formset in self.formsets:
            group = places.label(formset.prefix)
            for message in formset.non_form_errors():
                yield Item("invalid", message, group, places.href(formset.prefix))
            for row in formset.forms:
                for name, messages in row.errors.items():
                    label = row.fields[name].label if name in row.fields else ""
                    href = f"#id_{row.prefix}-{name}" if label else places.href(formset.prefix)
                    for message in messages:
                        yield Item("invalid", message, f"{group}: {label}" if label else group, href)


def typed(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> Panel:
    """The panel of what is being typed. Nothing of it is kept."""
    places = Places(admin, request, piece, can_edit=True)
    data = Typed(admin, request, piece)
    errors = list(data.errors(places))
    found, content = data.checked()
    return panel(places, piece, found, content, errors=errors, is_typed=True)


def content_if_saved(admin: PieceAdmin, request: HttpRequest, pk: int) -> dict[str, Any]:
    """What the piece would say, were the form saved as it was sent. Nothing of it is kept."""
    return Typed(admin, request, kinds.load(pk)).if_saved(lambda piece: piece.content())


# --- The page -------------------------------------------------------------------------------------------------------
def checks_page(admin: PieceAdmin, request: HttpRequest, piece: Piece) -> HttpResponseBase:
    """A part of a page for the script beside the form: of what was saved, or with a POST of what is being typed."""
    can_edit = admin.has_change_permission(request, piece)
    if request.method == "POST":
        if not can_edit:
            raise PermissionDenied
        checks = typed(admin, request, piece)
    else:
        checks = saved(admin, request, Standing(piece), can_edit=can_edit)
    return render(request, "admin/piece/checks_found.html", {"checks": checks})


PAGES = (PiecePage("checks/", "checks", checks_page, methods=("GET", "HEAD", "POST")),)
