"""The staff: list, export, one person, the form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keqing.core.doors import needs
from keqing.core.export import export_list
from keqing.core.htmx import redirect_page, render_page
from keqing.core.list_page import show_list
from keqing.core.requests import SignedIn, act_of
from keqing.territory.forms.base import attempt
from keqing.territory.forms.positions import EmployeeForm
from keqing.territory.models import Employee, Tenure, TimeOff
from keqing.territory.reports.history import changes_of
from keqing.territory.reports.staff import STAFF, masked, staff_rows
from keqing.territory.services.staff import save_employee


@require_GET
@needs("staff")
def list_staff(request: SignedIn) -> HttpResponse:
    return show_list(request, "territory/staff.html", STAFF, staff_rows)


@require_GET
@needs("staff", "export")
def export_staff(request: SignedIn) -> HttpResponse:
    return export_list(STAFF, staff_rows, request.GET, request.viewer, request.now)


@require_GET
@needs("staff")
def show_employee(request: SignedIn, public_id: str) -> HttpResponse:
    employee = get_object_or_404(staff_rows(request.viewer), public_id=public_id)
    tenures = Tenure.objects.visible_to(request.viewer).filter(employee=employee).select_related("position")
    offs = TimeOff.objects.arranged_by(request.viewer).filter(employee=employee, ends_on__gte=request.viewer.as_of)
    context = {
        "employee": employee,
        "mobile": masked(employee.mobile),
        "tenures": list(tenures.order_by("-valid_from")),
        "offs": list(offs.select_related("substitute").order_by("starts_on")),
        "changes": changes_of(employee) if request.viewer.may("history", "read") else [],
        "today": request.viewer.as_of,
    }
    return render_page(request, "territory/employee.html", context)


@require_http_methods(["GET", "POST"])
@needs("staff", "create")
def add_employee(request: SignedIn) -> HttpResponse:
    return _edit(request, Employee(), _("建员工"))


@require_http_methods(["GET", "POST"])
@needs("staff", "change")
def change_employee(request: SignedIn, public_id: str) -> HttpResponse:
    employee = get_object_or_404(Employee.objects.visible_to(request.viewer), public_id=public_id)
    return _edit(request, employee, _("改员工"))


def _edit(request: SignedIn, employee: Employee, title: str) -> HttpResponse:
    form = EmployeeForm(request.POST or None, instance=employee)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: save_employee(form.row, act_of(request)))
        if saved:
            messages.success(request, _("%(name)s 的资料存好了。") % {"name": saved.name})
            return redirect_page(request, "territory:employee", saved.public_id)
    context = {"form": form, "title": title}
    return render_page(request, "territory/employee_form.html", context, status=422 if form.errors else 200)
