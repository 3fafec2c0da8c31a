"""List and form of the tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from editorial import events, kinds, vocabulary
from editorial.admin.choosing import visible_kinds
from editorial.admin.tags import listing, pages
from editorial.admin.tags.export import as_csv
from editorial.admin.tags.forms import AliasInline, LabelInline, TagForm
from editorial.models import Tag, User
from editorial.models.tag import random_tag_id
from editorial.vocabulary import guards, usage, words

MOST_PIECES = 100
RECENT = 5


class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Names are live: what is changed here shows at once."""

    form = TagForm
    list_display = ("word", "facet", "pieces", "seen")
    list_display_links = ("word",)
    list_filter = ("facet", listing.UseFilter)
    list_select_related = ("canonical", "parent")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name",)
    search_help_text = _("Part of a name, in any language, or of another word for it.")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (LabelInline, AliasInline)
    actions = None

    class Media:
        css = {"all": ("css/desk/tags.css",)}

    # --- Who may --------------------------------------------------------------------------------------------------
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in {"facet__exact", listing.UseFilter.parameter_name}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Editions and saved queries hold its id for ever."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A merged tag is only looked at: the one that stands for it is the one to change."""
        is_merged = obj is not None and obj.canonical_id != obj.pk
        return super().has_change_permission(request, obj) and not is_merged

    # --- The list -------------------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return listing.with_piece_count(found).select_related("canonical")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        same = Tag.objects.filter(words.holding(search_term), pk=OuterRef("pk")).order_by()
        return queryset.filter(Exists(same)), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.prefetch_related("labels", "aliases", "merged")
        listing.count_pieces(list(changelist.result_list))
        return changelist

    @admin.display(description=_("name"), ordering="name")
    def word(self, tag: Any) -> SafeString:
        return listing.name_cell(tag)

    @admin.display(description=_("pieces"), ordering="piece_count", empty_value="")
    def pieces(self, tag: Any) -> str:
        return listing.counts_cell(tag)

    @admin.display(description=_("readers see"), empty_value="")
    def seen(self, tag: Any) -> str:
        return listing.public_cell(tag)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        assert isinstance(request.user, User)
        context = {
            "title": _("Tags"),
            "changes": pages.changes()[:RECENT],
            "may_merge": guards.may_merge(request.user),
            "export_query": request.GET.urlencode(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    # --- The form -------------------------------------------------------------------------------------------------
    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "slug" if obj is None else "address", "facet", "description", "parent")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A name and an address change through a rename, which remembers the former ones."""
        return ("name", "address") if obj is not None else ()

    @admin.display(description=_("Address"))
    def address(self, tag: Any) -> str:
        return str(tag.slug)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else dict(self.prepopulated_fields)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            vocabulary.lock()
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.pk is None:
            # Django takes the random key of a new row away, for its inlines; the canonical tag needs it before.
            obj.pk = random_tag_id()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        parts = {"Label": "labels", "TagAlias": "other words"}
        changed = [parts[formset.model.__name__] for formset in formsets if formset.has_changed()]
        fields = [*form.changed_data, *changed]
        if fields:
            assert isinstance(request.user, User)
            verb = "change_label" if change else "add_tag"
            events.record(verb, by=request.user, subject=f"tag {form.instance.slug}"[:60], fields=fields)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj is not None and obj.pk and change:
            context |= self._used(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _used(self, request: HttpRequest, tag: Tag) -> dict[str, Any]:
        """Where it is used, what it took in, what happened to it."""
        assert isinstance(request.user, User)
        group = list(Tag.objects.filter(canonical=tag).exclude(pk=tag.pk).order_by("name"))
        found = usage.pieces_with(tag.pk, visible_kinds(request), MOST_PIECES + 1)
        counted = usage.counts([tag.pk]).get(tag.pk, [])
        return {
            "counts": [listing.count_in_words(count) for count in counted],
            "used_by": [(piece, self._form_of(piece.kind, piece.pk)) for piece in found[:MOST_PIECES]],
            "has_more_pieces": len(found) > MOST_PIECES,
            "uses": usage.uses([tag.pk, *(one.pk for one in group)]),
            "took_in": group,
            "former": tag.aliases.filter(slug__isnull=False).values_list("slug", flat=True),
            "narrower": tag.narrower.filter(canonical=F("pk")).order_by("name"),
            "changes": pages.changes().filter(Q(tag=tag) | Q(into=tag))[:RECENT],
            "may_merge": guards.may_merge(request.user),
        }

    def _form_of(self, kind: str, pk: int) -> str:
        opts = kinds.named(kind).model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[pk])

    # --- Views of their own ---------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        def served(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            def about(request: HttpRequest, **kwargs: Any) -> HttpResponse:
                return view(self, request, **kwargs)

            return self.admin_site.admin_view(about)

        return [
            path("export/", self.admin_site.admin_view(self.export_view), name="editorial_tag_export"),
            path("changes/", served(pages.changes_page), name="editorial_tag_changes"),
            path("changes/<int:pk>/undo/", served(pages.undo_view), name="editorial_tag_undo"),
            path("<int:pk>/rename/", served(pages.rename_page), name="editorial_tag_rename"),
            path("<int:pk>/merge/", served(pages.merge_page), name="editorial_tag_merge"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The tags that the list shows, all pages of it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            found = super().get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(pages.LIST))
        return as_csv(found.prefetch_related("labels", "aliases"))
