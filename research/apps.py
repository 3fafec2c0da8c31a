from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    name = "research"
    verbose_name = _("Research")

    def ready(self) -> None:
        from editorial import advice, kinds, roles
        from research import advising, content, mentioned, models, views

        kinds.register(
            kinds.Kind(
                name="summary",
                model=models.Summary,
                label=_("Research summary"),
                label_plural=_("Research summaries"),
                read=content.SummaryContent.read,
                url_name="research:summary",
                show=views.show_summary,
                byline=lambda summary: ", ".join(summary.get("authors", [])),
            )
        )
        kinds.register(
            kinds.Kind(
                name="statistic",
                model=models.Statistic,
                label=_("Statistic"),
                label_plural=_("Statistics"),
                read=content.StatisticContent.read,
                url_name="research:statistic",
                show=views.statistic_page,
                edition_url_name="research:statistic_edition",
                figure=content.figure_words,
                inline=mentioned.number,
            )
        )
        kinds.register(
            kinds.Kind(
                name="source",
                model=models.Source,
                label=_("Source"),
                label_plural=_("Sources"),
                read=content.SourceContent.read,
                url_name="research:source",
                show=views.show_source,
                is_listed=False,
                inline=mentioned.work,
                is_noted=True,
            )
        )
        advice.register(advising.on_findings)
        for model in ("summary", "statistic", "source"):
            roles.grant_kind("research", model)
        for model in ("citation", "finding", "contributor"):
            for role in (roles.CONTRIBUTOR, roles.EDITOR):
                roles.grant(role, *(f"research.{action}_{model}" for action in ("add", "change", "view", "delete")))
            for role in (roles.REVIEWER, roles.PUBLISHER):
                roles.grant(role, f"research.view_{model}")
