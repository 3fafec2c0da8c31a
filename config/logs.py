"""What never gets into the log: addresses of shared drafts and of what is gone, and that somebody took a story back.

Whoever has the address of a draft can read it; who came to take a story back is nobody’s business; and the address of a
story that was taken back or erased holds words of its title.
"""

from __future__ import annotations

import logging
import re
from typing import Any

DRAFT = re.compile(r"/draft/[^/\s\"']+")
#: Not the stroke in “HTTP/1.1”.
PATH = re.compile(r"(?<![A-Z])/[^\s\"']*")
GONE = "410"
TAKING_BACK = re.compile(r"/[a-z-]+/withdraw(?![a-z0-9-])[^\s\"']*")


class WithoutDraftAddresses(logging.Filter):
    """Django notes the path of every request that it refuses, and so does the server for trying it out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = shortened(record.msg)
        if isinstance(record.args, tuple):
            shorten = without_path if is_of_what_is_gone(record) else shortened
            record.args = tuple(shorten(one) for one in record.args)
        return True


def is_of_what_is_gone(record: logging.LogRecord) -> bool:
    said = (getattr(record, "status_code", None), *(record.args or ()))
    return any(str(one) == GONE for one in said)


def without_path(value: Any) -> Any:
    return PATH.sub("/…", value) if isinstance(value, str) else value


def shortened(value: Any) -> Any:
    return TAKING_BACK.sub("/…", DRAFT.sub("/draft/…", value)) if isinstance(value, str) else value
