"""The desk for stories, and for those whose stories they are. Importing registers each part."""

from stories.admin import consent, narrator, notice, story, withdrawals  # noqa: F401  (importing registers them)
