"""Approvals 审批: the ladder of the day fixes the steps; nobody decides on their own request or twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from keqing.core.models import ApprovalRequest, ApprovalStep, LadderStep, notify
from keqing.core.saving import Act


class NotAllowed(Exception):
    """The act breaks the ladder; the message is a sentence for people."""


@dataclass(frozen=True)
class Asked:
    """What is to be approved."""

    scene: str
    noun: str
    object_id: int
    title: str
    amount: Decimal | None = None


def submit(asked: Asked, act: Act) -> ApprovalRequest:
    """Open a request with the steps the ladder holds on the day of the act; without any it is approved at once."""
    if act.user_id is None:
        raise NotAllowed(gettext("只有人能提交审批。"))
    day = act.at.date()
    ladder = [row for row in LadderStep.objects.filter(scene=asked.scene) if row.holds(day)]
    steps = [row for row in ladder if asked.amount is None or asked.amount > row.above or row.above == 0]
    with transaction.atomic():
        request = ApprovalRequest.objects.create(
            scene=asked.scene,
            noun=asked.noun,
            object_id=asked.object_id,
            title=asked.title[:200],
            amount=asked.amount,
            user_id=act.user_id,
            at=act.at,
        )
        ApprovalStep.objects.bulk_create(
            ApprovalStep(request=request, step=row.step, persona=row.persona) for row in steps
        )
        if not steps:
            _close(request, True, act)
    return request


def waiting_step(request: ApprovalRequest) -> ApprovalStep | None:
    """The step whose turn it is; none when the request is closed."""
    if request.closed_at is not None:
        return None
    return request.steps.filter(at__isnull=True).order_by("step", "id").first()


def decide(
    request: ApprovalRequest, personas: Collection[str], is_approved: bool, reason: str, act: Act
) -> ApprovalRequest:
    """Decide the step whose turn it is. A refusal needs a reason and closes the request."""
    with transaction.atomic():
        request = ApprovalRequest.objects.select_for_update().get(pk=request.pk)
        step = waiting_step(request)
        if step is None:
            raise NotAllowed(gettext("这件事已经批完了。"))
        if act.user_id == request.user_id:
            raise NotAllowed(gettext("不能批自己提交的。"))
        if step.persona not in personas:
            raise NotAllowed(gettext("这一步不由你批。"))
        if act.user_id is not None and request.steps.filter(user_id=act.user_id).exists():
            raise NotAllowed(gettext("你已经批过前一步，这一步要换一个人。"))
        if not is_approved and not reason.strip():
            raise NotAllowed(gettext("退回要写原因。"))
        step.user_id, step.at, step.is_approved, step.reason = act.user_id, act.at, is_approved, reason.strip()[:200]
        step.save()
        if not is_approved or waiting_step(request) is None:
            _close(request, is_approved, act)
    return request


def _close(request: ApprovalRequest, is_approved: bool, act: Act) -> None:
    request.closed_at, request.is_approved = act.at, is_approved
    request.save(update_fields=["closed_at", "is_approved"])
    said = gettext("「%(title)s」批准了") if is_approved else gettext("「%(title)s」退回了")
    notify(request.user_id, said % {"title": request.title}, at=act.at)
