from keqing.territory.imports.divisions import DIVISIONS
from keqing.territory.imports.staff import STAFF, staff_kind

__all__ = ["DIVISIONS", "STAFF", "staff_kind"]
