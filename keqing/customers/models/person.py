"""Person 联系人 and where they work. Only business-card data and what DOMAIN 2.6 allows."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from keqing.core.fields import EncryptedField, PeriodModel
from keqing.core.models import Base, Rows
from keqing.core.viewer import Viewer
from keqing.customers.kinds import ContactClass
from keqing.customers.models.assignment import covered_parties, covers


class PersonRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        """People who work today at a party in reach."""
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        here = (
            Affiliation.objects.live()
            .on(viewer.as_of)
            .filter(party_id__in=covered_parties(viewer.reach, viewer.as_of))
            .order_by()
            .values_list("person_id", flat=True)
        )
        return rows.filter(pk__in=here)

    def one_visible_to(self, viewer: Viewer) -> Self:
        """The same rows, for looking up single ones."""
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        jobs = Affiliation.objects.live().on(viewer.as_of).filter(person_id=OuterRef("pk"))
        return rows.filter(Exists(jobs.filter(covers(viewer.reach, viewer.as_of, "party_id"))))


class Person(Base):
    name = models.CharField("姓名", max_length=40)
    sort_key = models.CharField(max_length=60, editable=False)
    contact_class = models.CharField("人员类别", max_length=16, choices=ContactClass)
    professional_title = models.CharField("职称", max_length=30, blank=True)
    specialty = models.CharField("专业", max_length=60, blank=True)
    mobile = EncryptedField("手机", blank=True)
    mobile_hash = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    landline = models.CharField("座机", max_length=30, blank=True)
    wechat = EncryptedField("微信", blank=True)
    email = EncryptedField("邮箱", blank=True)
    do_not_contact = models.BooleanField("不再联系", default=False)

    is_personal = True
    right = "person"
    objects = PersonRows.as_manager()

    class Meta:
        verbose_name = "联系人"
        ordering = ["sort_key", "id"]
        indexes = [models.Index(fields=["sort_key", "id"], name="person_by_name", condition=Q(bin__isnull=True))]

    def __str__(self) -> str:
        return self.name

    def search_texts(self) -> tuple[str, ...]:
        return (self.name,)


class AffiliationRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(party_id__in=covered_parties(viewer.reach, viewer.as_of))

    def one_visible_to(self, viewer: Viewer) -> Self:
        """The same rows, for looking up single ones."""
        rows = self.published(viewer)
        return rows if viewer.sees_all else rows.filter(covers(viewer.reach, viewer.as_of, "party_id"))

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Affiliation(Base, PeriodModel):
    """One person at one party from when to when 任职; a move closes one row and opens another."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations", verbose_name="联系人")
    party = models.ForeignKey("customers.Party", models.CASCADE, related_name="affiliations", verbose_name="客户")
    department = models.CharField("部门", max_length=60, blank=True)
    job_title = models.CharField("职务", max_length=40)
    is_primary = models.BooleanField("主要联系人", default=False)

    is_personal = True
    right = "person"
    objects = AffiliationRows.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["-is_primary", "-valid_from"]
        constraints = [
            PeriodModel.period_check("affiliation_period"),
            models.UniqueConstraint(
                fields=["person", "party", "valid_from"],
                condition=Q(bin__isnull=True),
                name="affiliation_start_once",
                violation_error_message="这一天起已有同一处任职。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.party}"
