from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReadingConfig(AppConfig):
    name = "reading"
    verbose_name = _("Reading")

    def ready(self) -> None:
        from editorial import kinds, leaving, roles, vocabulary, where_used
        from reading import asking, content, gathering, models, views, where_shown, withdrawn
        from stories import surfaces

        kinds.register(
            kinds.Kind(
                name="collection",
                model=models.Collection,
                label=_("Collection"),
                label_plural=_("Collections"),
                read=content.CollectionContent.read,
                url_name="reading:collection",
                show=views.show_collection,
                is_listed=False,
            )
        )
        kinds.register(
            kinds.Kind(
                name="page",
                model=models.Page,
                label=_("Page"),
                label_plural=_("Pages"),
                read=content.PageContent.read,
                url_name="reading:page",
                show=views.show_page,
                is_listed=False,
            )
        )
        where_used.register(where_shown.on_the_website)
        leaving.register(gathering.has_quick_exit)
        for model in ("collection", "page"):
            roles.grant_kind("reading", model)
        for model in ("clause", "chosen"):
            for role in (roles.CONTRIBUTOR, roles.EDITOR, roles.PARTNERSHIPS):
                roles.grant(role, *(f"reading.{action}_{model}" for action in ("add", "change", "view", "delete")))
            for role in (roles.REVIEWER, roles.PUBLISHER):
                roles.grant(role, f"reading.view_{model}")
        roles.grant(roles.PARTNERSHIPS, "reading.add_collection", "reading.change_collection", "editorial.submit_piece")
        vocabulary.register_uses(asking.collections_asking)
        for surface in withdrawn.SURFACES:
            surfaces.register(surface)
