"""People of customers: one mobile number is one person, with as many jobs as rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from keqing.core.imports.kind import Draft, Field, Judged, Kind, Touched, Verdict, Written
from keqing.core.saving import Act, save
from keqing.core.sheets import boolean, mobile
from keqing.core.viewer import Viewer
from keqing.core.written import arrow, clauses
from keqing.customers.imports.cleaners import one_of, words
from keqing.customers.imports.forbidden import PRIVATE_COLUMNS
from keqing.customers.imports.lookups import Directory
from keqing.customers.kinds import ContactClass
from keqing.customers.models import Affiliation, Person
from keqing.customers.rules.contact_classes import is_class_allowed
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.sort_keys import sort_key
from keqing.customers.services.people import mobile_hash

REASON = "one mobile number is one person in the whole company, whoever brings the file"
CLASSES = dict(ContactClass.choices)
_ALSO = {
    "医生": "HCP",
    "医护": "HCP",
    "医务": "HCP",
    "店员": "COMMERCIAL",
    "商业": "COMMERCIAL",
    "供应商": "SUPPLIER",
    "外围": "PERIPHERAL",
    "公务员": "PUBLIC_OFFICIAL",
}

FIELDS: tuple[Field, ...] = (
    Field(
        "name",
        "姓名",
        words(40),
        ("联系人", "联系人姓名", "名字", "contact", "name"),
        is_required=True,
        example="何雨桐",
    ),
    Field(
        "party_code", "客户编码", words(40), ("编码", "终端编码", "门店编码", "所属客户编码", "code"), example="C00123"
    ),
    Field(
        "party_name",
        "客户名称",
        words(120),
        ("所属客户", "单位", "单位名称", "门店名称", "机构名称", "医院名称", "customer"),
        example="芷安堂东门店",
    ),
    Field("department", "部门", words(60), ("科室", "department"), example="药剂科"),
    Field("job_title", "职务", words(40), ("职位", "岗位", "job title", "title"), is_required=True, example="店长"),
    Field("professional_title", "职称", words(30), (), example="主管药师"),
    Field(
        "contact_class",
        "人员类别",
        one_of(CLASSES, _ALSO),
        ("联系人类别", "人员类型", "class"),
        is_required=True,
        example="商业人员",
        help="医疗机构的人都填医务人员，采购、药房也一样",
        choices=CLASSES,
    ),
    Field(
        "mobile",
        "手机",
        mobile,
        ("手机号", "手机号码", "联系电话", "移动电话", "mobile", "phone"),
        example="13800000217",
    ),
    Field("landline", "座机", words(30), ("固定电话", "办公电话", "电话"), example="0571-8888 0000"),
    Field("wechat", "微信", words(60), ("微信号", "wechat")),
    Field("email", "邮箱", words(120), ("电子邮箱", "email", "e-mail")),
    Field("specialty", "专业", words(60), ("擅长", "specialty")),
    Field("is_primary", "主要联系人", boolean, ("是否主要联系人", "主联系人"), example="是"),
)
PERSON = ("name", "contact_class", "professional_title", "specialty", "mobile", "landline", "wechat", "email")
JOB = ("department", "job_title", "is_primary")


class PeopleJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.directory = Directory(viewer)
        persons = Person.objects.everything(REASON).exclude(mobile_hash="").values_list("mobile_hash", "pk", "name")
        self.by_mobile: dict[str, tuple[int | None, str]] = {digest: (key, name) for digest, key, name in persons}
        self.at_party: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        jobs = Affiliation.objects.everything(REASON).on(viewer.as_of)
        for party, key, name, digest in jobs.values_list(
            "party_id", "person_id", "person__name", "person__mobile_hash"
        ):
            self.at_party[party, name].append((key, digest))
        self.rows: dict[tuple[int, str], int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        first = [self._first_look(draft) for draft in drafts]
        keys = [key for outcome in first if isinstance(outcome, tuple) and (key := outcome[2]) is not None]
        persons = {
            row["pk"]: row for row in Person.objects.everything(REASON).filter(pk__in=keys).values("pk", *PERSON)
        }
        jobs = {
            (row["person_id"], row["party_id"]): row
            for row in Affiliation.objects.everything(REASON)
            .on(self.viewer.as_of)
            .filter(person_id__in=keys)
            .values("pk", "person_id", "party_id", *JOB)
        }
        return [outcome if isinstance(outcome, Judged) else _compare(*outcome, persons, jobs) for outcome in first]

    def _first_look(self, draft: Draft) -> Judged | tuple[Draft, int, int | None]:
        """The party and, if the person is known, who it is."""
        cells, title = draft.values, str(draft.values["name"])
        party = self._party_of(cells)
        if isinstance(party, str):
            return Judged(draft.number, Verdict.WRONG, party, title)
        if not is_class_allowed(self.directory.kinds[party], cells["contact_class"]):
            said = gettext("医疗机构的人都按医务人员登记，采购、药房也一样")
            return Judged(draft.number, Verdict.WRONG, said, title)
        digest = mobile_hash(cells.get("mobile", ""))
        key = self._person_of(cells, party, digest)
        if isinstance(key, str):
            return Judged(draft.number, Verdict.WRONG, key, title)
        mark = (party, digest or cells["name"])
        if (earlier := self.rows.get(mark)) is not None:
            said = gettext("与第 %(number)s 行是同一个人、同一家") % {"number": earlier}
            return Judged(draft.number, Verdict.DUPLICATE, said, title)
        self.rows[mark] = draft.number
        return draft, party, key

    def _party_of(self, cells: Mapping[str, Any]) -> int | str:
        code, name = cells.get("party_code"), cells.get("party_name")
        if code:
            key = self.directory.by_code.get(code)
            if key is None:
                return gettext("没有编码是 %(code)s 的客户，或不在你名下") % {"code": code}
            if name and not self.directory.is_called(key, name):
                both = {"code": code, "name": self.directory.names[key], "written": name}
                return gettext("编码 %(code)s 是“%(name)s”，写的是“%(written)s”") % both
            return key
        if not name:
            return gettext("缺客户编码或客户名称")
        found = self.directory.by_name.get(normalise_name(name), ())
        if len(found) == 1:
            return found[0]
        if found:
            return gettext("叫“%(name)s”的客户有 %(count)s 家，请写客户编码") % {"name": name, "count": len(found)}
        return gettext("没有叫“%(name)s”的客户，或不在你名下") % {"name": name}

    def _person_of(self, cells: Mapping[str, Any], party: int, digest: str) -> int | str | None:
        name = cells["name"]
        if digest and (known := self.by_mobile.get(digest)):
            if known[1] != name:
                return gettext("这个手机号登记的是另一个名字，请核对")
            return known[0]
        same = [key for key, other in self.at_party.get((party, name), ()) if not (digest and other)]
        if len(same) > 1:
            return gettext("这家有 %(count)s 位同名的人，请写手机号") % {"count": len(same)}
        if digest:
            self.by_mobile[digest] = (same[0] if same else None, name)
        return same[0] if same else None


def _compare(
    draft: Draft, party: int, key: int | None, persons: Mapping[int, Any], jobs: Mapping[tuple[int, int], Any]
) -> Judged:
    cells, title = draft.values, str(draft.values["name"])
    person = {field: cells[field] for field in PERSON if field in cells}
    job = {field: cells[field] for field in JOB if field in cells}
    if key is None:
        return Judged(draft.number, Verdict.NEW, "", title, {"person": person, "job": job, "party": party})
    was, held = persons[key], jobs.get((key, party))
    person = {field: value for field, value in person.items() if was[field] != value}
    values: dict[str, Any] = {"person": person, "key": key, "party": party}
    if held is None:
        said = gettext("已有这个人，加一处任职")
        return Judged(draft.number, Verdict.NEW, said, title, {**values, "job": job})
    values["job"] = {field: value for field, value in job.items() if held[field] != value}
    if not person and not values["job"]:
        return Judged(draft.number, Verdict.SAME, "", title, object_id=held["pk"])
    said = clauses([*_in_words(Person, was, person), *_in_words(Affiliation, held, values["job"])])
    return Judged(draft.number, Verdict.CHANGE, said, title, values, held["pk"])


def _in_words(model: Any, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Old and new in words; a number, an address of the net only that it changes."""
    said = []
    for name, value in now.items():
        field = model._meta.get_field(name)
        label = gettext(str(field.verbose_name))
        if name in ("mobile", "wechat", "email", "landline"):
            said.append(
                gettext("%(what)s有变化") % {"what": label} if was[name] else gettext("补上%(what)s") % {"what": label}
            )
        else:
            said.append(arrow(label, _label(field, was[name]), _label(field, value)))
    return said


def _label(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return gettext(str(dict(field.flatchoices).get(value, value))) if field.flatchoices else str(value)


class PeopleWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        others: dict[int, list[Touched]] = defaultdict(list)
        persons = self._persons(rows, act, others)
        jobs = self._jobs(rows, persons, act)
        return [Written(row.number, job.pk, tuple(others[row.number])) for row, job in zip(rows, jobs, strict=True)]

    def _persons(self, rows: Sequence[Judged], act: Act, others: dict[int, list[Touched]]) -> list[Person]:
        """The person of each row: known, written by an earlier row with the same number, or new."""
        keys = [row.values["key"] for row in rows if "key" in row.values]
        known = Person.objects.everything(REASON).in_bulk(keys)
        digests = {
            number: digest
            for row in rows
            if (digest := mobile_hash(row.values["person"].get("mobile", "")))
            for number in [row.number]
        }
        by_mobile = {
            person.mobile_hash: person
            for person in Person.objects.everything(REASON).filter(mobile_hash__in=set(digests.values()))
        }
        found, fresh = [], []
        for row in rows:
            digest, key = digests.get(row.number, ""), row.values.get("key")
            person = known.get(key) if key is not None else by_mobile.get(digest) if digest else None
            if person is None:
                person = Person()
                fresh.append(person)
                others[row.number].append((Person.noun(), 0))
            for field, value in row.values["person"].items():
                setattr(person, field, value)
            person.sort_key = sort_key(person.name)
            if digest:
                person.mobile_hash = digest
                by_mobile[digest] = person
            found.append(person)
        save(fresh, act)
        changed = {person.pk: person for person in found if person not in fresh}
        save(changed.values(), act)
        for row, person in zip(rows, found, strict=True):
            is_touched = others[row.number] or (row.values["person"] and person.pk in changed)
            others[row.number] = [(Person.noun(), person.pk)] if is_touched else []
        return found

    def _jobs(self, rows: Sequence[Judged], persons: Sequence[Person], act: Act) -> list[Affiliation]:
        held = Affiliation.objects.everything(REASON).in_bulk([row.object_id for row in rows if row.object_id])
        jobs = []
        for row, person in zip(rows, persons, strict=True):
            job = held.get(row.object_id) or Affiliation(
                person=person, party_id=row.values["party"], valid_from=self.viewer.as_of
            )
            for field, value in row.values["job"].items():
                setattr(job, field, value)
            jobs.append(job)
        save([job for job in jobs if job.pk is None], act)
        save([job for job in jobs if job.pk in held], act)
        return jobs


PEOPLE = Kind(
    key="people",
    label="联系人",
    noun="person",
    model="customers.affiliation",
    fields=FIELDS,
    open_judge=PeopleJudge,
    open_writer=PeopleWriter,
    forbidden=PRIVATE_COLUMNS,
    is_personal=True,
    hint="先导入客户，再导入联系人；只收名片上的内容",
)
