from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from editorial import finding, kinds, roles
        from stories import views
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
        for model in ("narrator", "consent", "grant", "storynarrator"):
            is_row_of_another = model in {"grant", "storynarrator"}
            actions = ("add", "change", "view", "delete") if is_row_of_another else ("add", "change", "view")
            roles.grant(roles.CONSENT_OFFICER, *(f"stories.{action}_{model}" for action in actions))
