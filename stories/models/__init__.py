"""Stories, the people whose stories they are, what they agreed to, and how they take it back."""

from stories.models.consent import CHANNELS, Consent, ConsentEvent, ConsentNotice, Evidence, Grant, Scope
from stories.models.narrator import Detail, Narrator, StoryNarrator, ThirdParty, narrator_code, stories_of
from stories.models.story import RISK_WITH_YES, Story, translation_scope
from stories.models.withdrawal import CaseSurface, ExternalCopy, WithdrawalCase, WithdrawalCode, WrongCode

__all__ = [
    "CHANNELS",
    "RISK_WITH_YES",
    "CaseSurface",
    "Consent",
    "ConsentEvent",
    "ConsentNotice",
    "Detail",
    "Evidence",
    "ExternalCopy",
    "Grant",
    "Narrator",
    "Scope",
    "Story",
    "StoryNarrator",
    "ThirdParty",
    "WithdrawalCase",
    "WithdrawalCode",
    "WrongCode",
    "narrator_code",
    "stories_of",
    "translation_scope",
]
