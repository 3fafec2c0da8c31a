"""What could give somebody away, and so stands in the way of publishing: see the modules that each rule names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editorial.blockers import Blocker

if TYPE_CHECKING:
    from stories.models.story import Story


def blockers(story: Story) -> list[Blocker]:
    return []
