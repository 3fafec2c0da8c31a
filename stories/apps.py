from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from editorial import advice, blockers, finding, kinds, my_work, replaying, roles, triggers
        from stories import advising, private_terms, rules, surface_checks, surfaces, views, waiting, withdrawing
        from stories.content import StoryContent
        from stories.finding import NARRATORS
        from stories.models import Story

        kinds.register(
            kinds.Kind(
                name="story",
                model=Story,
                label=_("Story"),
                label_plural=_("Stories"),
                read=StoryContent.read,
                url_name="stories:story",
                show=views.show_story,
                byline=lambda content: str(content.get("byline", "")),
            )
        )
        finding.register(NARRATORS)
        roles.grant_kind("stories", "story")
        blockers.register_check(private_terms.blockers, **{private_terms.READ_ALONG: private_terms.VERSION})
        advice.register(advising.on_details)
        triggers.add_rules(*rules.RULES)
        my_work.register_source(waiting.SOURCE)
        for model in ("narrator", "storynarrator"):
            roles.grant(roles.CONSENT_OFFICER, *(f"stories.{action}_{model}" for action in ("add", "change", "view")))
        # Recorded once and never changed; a new one takes its place.
        for model in ("consent", "consentnotice"):
            roles.grant(roles.CONSENT_OFFICER, f"stories.add_{model}", f"stories.view_{model}")
        roles.grant(roles.CONSENT_OFFICER, "stories.delete_storynarrator", "stories.read_sealed")
        for surface in surface_checks.OWN:
            surfaces.register(surface)
        replaying.register("withdraw", withdrawing.again)
        for role in (roles.PUBLISHER, roles.CONSENT_OFFICER):
            roles.grant(role, "stories.view_withdrawalcase")
        roles.grant(roles.CONSENT_OFFICER, "stories.add_withdrawalcode")
