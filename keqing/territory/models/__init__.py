from keqing.territory.models.division import Division
from keqing.territory.models.holiday import Holiday
from keqing.territory.models.position import Employee, Position, Tenure, TimeOff
from keqing.territory.models.travel import TravelRule

__all__ = ["Division", "Employee", "Holiday", "Position", "Tenure", "TimeOff", "TravelRule"]
