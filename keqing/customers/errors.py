"""Steps that the rules of customers do not allow. The text of each is the sentence to show."""

from __future__ import annotations


class Refused(Exception):
    """A step that is not allowed; nothing was written."""


class CodeTaken(Refused):
    """Another customer bears this code."""


class ParentLoop(Refused):
    """A customer would stand above itself."""


class ShareTaken(Refused):
    """More than the whole of a customer would be given away on some day."""


class AssignedAlready(Refused):
    """This position has the same customer for the same line from the same day on."""


class EmptyPeriod(Refused):
    """An end that does not come after the beginning."""


class GradeUnknown(Refused):
    """The scheme does not know this value."""


class NameTaken(Refused):
    """The customer is called so already."""


class MobileTaken(Refused):
    """Another person is registered with this mobile number."""


class WrongClass(Refused):
    """Staff of a health institution are medical staff."""


class NotEmployed(Refused):
    """The person does not work there on that day."""


class PlaceKnown(Refused):
    """The customer has a place already."""
