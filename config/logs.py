"""What never gets into the log: the address of a shared draft, because whoever has it can read the draft."""

from __future__ import annotations

import logging
import re
from typing import Any

DRAFT = re.compile(r"/draft/[^/\s\"']+")


class WithoutDraftAddresses(logging.Filter):
    """Django notes the path of every request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = shortened(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(one) for one in record.args)
        return True


def shortened(value: Any) -> Any:
    return DRAFT.sub("/draft/…", value) if isinstance(value, str) else value
