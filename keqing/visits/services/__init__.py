from keqing.visits.services.frequencies import add_frequency, load_frequencies
from keqing.visits.services.kinds import kinds_at
from keqing.visits.services.skips import skip, take_skip_back
from keqing.visits.services.visiting import (
    CheckIn,
    Past,
    cancel,
    check_in,
    correct,
    finish,
    open_visit,
    record_past,
    waiting_of,
)

__all__ = [
    "CheckIn",
    "Past",
    "add_frequency",
    "cancel",
    "check_in",
    "correct",
    "finish",
    "kinds_at",
    "load_frequencies",
    "open_visit",
    "record_past",
    "skip",
    "take_skip_back",
    "waiting_of",
]
