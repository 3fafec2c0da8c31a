from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "editorial"
    verbose_name = _("Editorial")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from editorial import checks, installing, replaying  # noqa: F401  (importing registers the checks)
        from editorial.pictures.keeping import take_down_again
        from editorial.workflow.erasing import erase_again

        replaying.register("erase", erase_again)
        replaying.register("take_down_picture", take_down_again)
        pre_migrate.connect(installing.before_migrate, dispatch_uid="editorial.installing.before")
        post_migrate.connect(installing.after_migrate, dispatch_uid="editorial.installing")
