from keqing.core.models.approval import ApprovalRequest, ApprovalStep, LadderStep
from keqing.core.models.base import Base, Child, PublishedRows, Rows, children_of
from keqing.core.models.bin import BinEntry
from keqing.core.models.file import StoredFile
from keqing.core.models.history import Counter, HistoryEntry
from keqing.core.models.importing import ColumnMemory, ImportRow, ImportRun
from keqing.core.models.job import Job
from keqing.core.models.notice import Notice, notify
from keqing.core.models.view import SavedView

__all__ = [
    "ApprovalRequest",
    "ApprovalStep",
    "Base",
    "BinEntry",
    "Child",
    "ColumnMemory",
    "Counter",
    "HistoryEntry",
    "ImportRow",
    "ImportRun",
    "Job",
    "LadderStep",
    "Notice",
    "PublishedRows",
    "Rows",
    "SavedView",
    "StoredFile",
    "children_of",
    "notify",
]
