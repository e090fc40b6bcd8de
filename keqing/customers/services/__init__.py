from keqing.customers.services.assignments import Holder, assign, end_assignment, hand_to, holders
from keqing.customers.services.grades import current_grades, set_grade
from keqing.customers.services.parties import add_name, change_party, register_party, remove_name, remove_parties
from keqing.customers.services.people import add_person, affiliate, change_person, end_job, mobile_hash, move_job
from keqing.customers.services.places import confirm_place, discard_place, propose_place

__all__ = [
    "Holder",
    "add_name",
    "add_person",
    "affiliate",
    "assign",
    "change_party",
    "change_person",
    "confirm_place",
    "current_grades",
    "discard_place",
    "end_assignment",
    "end_job",
    "hand_to",
    "holders",
    "mobile_hash",
    "move_job",
    "propose_place",
    "register_party",
    "remove_name",
    "remove_parties",
    "set_grade",
]
