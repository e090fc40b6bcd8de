from keqing.customers.models.assignment import Assignment
from keqing.customers.models.grade import Grade
from keqing.customers.models.party import Party, PartyName, PlaceProposal
from keqing.customers.models.person import Affiliation, Person

__all__ = ["Affiliation", "Assignment", "Grade", "Party", "PartyName", "Person", "PlaceProposal"]
