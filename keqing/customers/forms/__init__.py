from keqing.customers.forms.parties import PartyForm
from keqing.customers.forms.parts import (
    AssignmentForm,
    BulkAssignForm,
    BulkGradeForm,
    EndForm,
    GradesForm,
    NameForm,
)
from keqing.customers.forms.people import ExistingPersonForm, MoveForm, PersonForm

__all__ = [
    "AssignmentForm",
    "BulkAssignForm",
    "BulkGradeForm",
    "EndForm",
    "ExistingPersonForm",
    "GradesForm",
    "MoveForm",
    "NameForm",
    "PartyForm",
    "PersonForm",
]
