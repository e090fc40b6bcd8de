"""People: the list, a person's page, jobs at customers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core import list_page
from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.customers import services
from keqing.customers.forms import EndForm, ExistingPersonForm, MoveForm, PersonForm
from keqing.customers.lists import people_list, people_rows
from keqing.customers.models import Affiliation, Person
from keqing.customers.reports.history import person_history
from keqing.customers.rules.contact_classes import usual_class
from keqing.customers.rules.masking import masked_mobile
from keqing.customers.views.loading import part_of, party_of, person_of, read_version, taken

RECENT = 20


@require_GET
@needs("person")
def show_list(request: SignedIn) -> HttpResponse:
    return list_page.show_list(request, "customers/people.html", people_list(), people_rows)


@require_GET
@needs("person")
def show(request: SignedIn, public_id: UUID) -> HttpResponse:
    return _page(request, person_of(request, public_id))


def _page(request: SignedIn, person: Person, number: str = "") -> HttpResponse:
    viewer = request.viewer
    jobs = Affiliation.objects.visible_to(viewer).filter(person=person).select_related("party").order_by("-valid_from")
    now = {job.pk for job in jobs.on(viewer.as_of)}
    context = {
        "person": person,
        "jobs": list(jobs),
        "now": now,
        "masked": masked_mobile(person.mobile),
        "number": number,
        "entries": person_history(person, size=RECENT) if viewer.sees_all else [],
        "may_change": viewer.may("person", "change"),
    }
    return render_page(request, "customers/person.html", context)


@never_cache
@require_POST
@needs("person")
def show_number(request: SignedIn, public_id: UUID) -> HttpResponse:
    """Lists and pages show a masked number; whoever needs it asks for it, one at a time."""
    person = person_of(request, public_id)
    if request.htmx:
        return render_page(request, "customers/number.html", {"number": person.mobile})
    return _page(request, person, person.mobile)


@require_http_methods(["GET", "POST"])
@needs("person", "change")
def edit(request: SignedIn, public_id: UUID) -> HttpResponse:
    person = person_of(request, public_id)
    name = person.name
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        read_version(person, form)
        if taken(form, lambda: services.change_person(person, form.values(), act_of(request))) is not None:
            messages.success(request, _("已保存。"))
            return redirect_page(request, "customers:person", person.public_id)
    context = {"form": form, "party": None, "person": person, "title": name}
    return render_page(request, "customers/person_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("person", "create")
def add(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    form = PersonForm(request.POST or None, usual_class=usual_class(party.kind), today=request.viewer.as_of)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["starts_on"]
        job = taken(form, lambda: services.add_person(party, form.values(), act_of(request), day))
        if job is not None:
            messages.success(request, _("%(name)s 已记下。") % {"name": job.person.name})
            return redirect_page(request, "customer", party.public_id)
    context = {"form": form, "party": party, "person": None, "title": _("记一个人")}
    return render_page(request, "customers/person_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("person", "create")
def add_existing(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    form = ExistingPersonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = (data["person"], party, form.values(), data["starts_on"], act_of(request))
        if taken(form, lambda: services.affiliate(*given)) is not None:
            messages.success(request, _("%(name)s 已加到这家。") % {"name": data["name"]})
            return redirect_page(request, "customer", party.public_id)
    context = {"party": party, "form": form, "title": _("加已有的人"), "do": _("加上")}
    return render_page(request, "customers/part_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("person", "change")
def move(request: SignedIn, public_id: UUID) -> HttpResponse:
    person = person_of(request, public_id)
    form = MoveForm(request.POST or None, person=person, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        job = {"job_title": data["job_title"], "department": data["department"]}
        given = (person, data["affiliation"].party, data["to_party"], data["on_day"], act_of(request), job)
        if taken(form, lambda: services.move_job(*given)) is not None:
            said = {"name": person.name, "day": data["on_day"], "party": data["to_party"].name}
            messages.success(request, _("%(name)s 从 %(day)s 起在 %(party)s。") % said)
            return redirect_page(request, "customers:person", person.public_id)
    context = {"person": person, "party": None, "form": form, "title": _("%(name)s 调动") % {"name": person.name}}
    return render_page(request, "customers/move.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("person", "change")
def end_job(request: SignedIn, public_id: UUID, affiliation_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    row = part_of(request, Affiliation, affiliation_id, party=party)
    form = EndForm(request.POST or None, initial={"ends_on": request.viewer.as_of})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        if taken(form, lambda: services.end_job(row, day, act_of(request))) is not None:
            messages.success(request, _("%(name)s 已不在这家，以前的记录都留着。") % {"name": row.person.name})
            return redirect_page(request, "customer", party.public_id)
    title = _("%(name)s 离开") % {"name": row.person.name}
    context = {"party": party, "form": form, "title": title, "do": _("记下离开")}
    return render_page(request, "customers/part_form.html", context, status=422 if form.is_bound else 200)
