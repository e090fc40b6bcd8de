from keqing.territory.services.absences import take_time_off
from keqing.territory.services.calendars import clear_day, confirm_year, set_day, working_calendar
from keqing.territory.services.holders import appoint, end_tenure, vacancies
from keqing.territory.services.places import gazetteer, travel_rules
from keqing.territory.services.positions import remove_position, save_position
from keqing.territory.services.reference import Loaded, load_reference
from keqing.territory.services.staff import save_employee

__all__ = [
    "Loaded",
    "appoint",
    "clear_day",
    "confirm_year",
    "end_tenure",
    "gazetteer",
    "load_reference",
    "remove_position",
    "save_employee",
    "save_position",
    "set_day",
    "take_time_off",
    "travel_rules",
    "vacancies",
    "working_calendar",
]
