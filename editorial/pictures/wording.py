"""The pictures of a piece as part of its content, in words for editors: for history, comparison and merging."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.models.picture import Picture, PiecePicture
from editorial.wording import ContentField, Shape, described, items


def picture_fields() -> ContentField:
    """What content() says of pictures, for the content_fields() of a kind that shows them."""
    fields = [
        ContentField("picture", gettext_lazy("picture"), Shape.PICTURE),
        *described(PiecePicture, "is_lead", "alt", "is_decorative", "caption"),
        *described(Picture, "credit"),
        ContentField("recipe", gettext_lazy("what is covered"), Shape.RECIPE),
        *(ContentField(name, name, Shape.SILENT) for name in ("recipe_digest", "width", "height")),
    ]
    return items("pictures", PiecePicture, fields)


def places(recipe: Any) -> list[str]:
    """Each covered place and the focal point, in per cent of the picture; whatever else was stored, as it is."""
    try:
        shapes = [_place(shape) for shape in recipe["shapes"]]
        middle = (recipe["focal_x"], recipe["focal_y"])
    except (KeyError, TypeError):
        return [str(recipe)] if recipe else []
    if middle != (0.5, 0.5):
        shapes.append(_("Focal point: {x} across, {y} down").format(x=_per_cent(middle[0]), y=_per_cent(middle[1])))
    return shapes or [_("nothing")]


def _place(shape: dict[str, Any]) -> str:
    words = _("Ellipse: {left} to {right} across, {top} to {bottom} down")
    if shape["kind"] == "box":
        words = _("Box: {left} to {right} across, {top} to {bottom} down")
    return words.format(
        left=_per_cent(shape["x"]),
        right=_per_cent(shape["x"] + shape["width"]),
        top=_per_cent(shape["y"]),
        bottom=_per_cent(shape["y"] + shape["height"]),
    )


def _per_cent(fraction: float) -> str:
    return f"{fraction * 100:.1f}".removesuffix(".0") + " %"
