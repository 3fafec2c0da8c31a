from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmbedsConfig(AppConfig):
    name = "embeds"
    verbose_name = _("Embeds")

    def ready(self) -> None:
        from editorial import previewing, where_used
        from embeds import where_framed, withdrawn
        from embeds.preview import can_be_embedded, in_a_frame
        from stories import surfaces

        previewing.register("embed", in_a_frame, can_be_embedded)
        where_used.register(where_framed.on_partner_sites)
        surfaces.register(withdrawn.FRAMES)
