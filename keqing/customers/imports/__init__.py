from keqing.core.imports.kind import Kind
from keqing.customers.imports.assignments import ASSIGNMENTS
from keqing.customers.imports.forbidden import PARTY_COLUMNS
from keqing.customers.imports.party_fields import FIELDS
from keqing.customers.imports.party_judge import PartyJudge
from keqing.customers.imports.party_writer import PartyWriter
from keqing.customers.imports.people import PEOPLE

CUSTOMERS = Kind(
    key="customers",
    label="客户",
    noun="party",
    model="customers.party",
    fields=FIELDS,
    open_judge=PartyJudge,
    open_writer=PartyWriter,
    forbidden=PARTY_COLUMNS,
    hint="有客户编码按编码对，没有就按名称和县区对；空格子不会抹掉已有的内容",
)

__all__ = ["ASSIGNMENTS", "CUSTOMERS", "PEOPLE"]
