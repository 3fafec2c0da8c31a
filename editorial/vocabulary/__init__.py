"""The vocabulary: what pieces are about, in words that change live while everything that is stored keeps its ids.

`make`, `rename`, `merge` and `undo` are the only writers of names, addresses and merges once a tag exists. Each runs
in one transaction, one at a time, checks the permission itself, collects every blocker and writes an event.
"""

from editorial.vocabulary.usage import Use, register_uses
from editorial.vocabulary.verbs import lock, make, merge, rename, undo

__all__ = ["Use", "lock", "make", "merge", "register_uses", "rename", "undo"]
