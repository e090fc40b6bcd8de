from django.urls import path

from keqing.customers.views import bulk, parties, parts, people

app_name = "customers"
urlpatterns = [
    path("", parties.show_list, name="list"),
    path("export/", parties.export, name="export"),
    path("new/", parties.create, name="create"),
    path("new/duplicates/", parties.duplicates, name="duplicates"),
    path("new/type-fields/", parties.type_fields, name="type_fields"),
    path("division-options/", parties.divisions, name="division_options"),
    path("party-options/", parties.parties, name="party_options"),
    path("bulk/assign/", bulk.assign, name="bulk_assign"),
    path("bulk/grade/", bulk.grade, name="bulk_grade"),
    path("bulk/delete/", bulk.delete, name="bulk_delete"),
    path("people/", people.show_list, name="people"),
    path("people/<uuid:public_id>/", people.show, name="person"),
    path("people/<uuid:public_id>/edit/", people.edit, name="edit_person"),
    path("people/<uuid:public_id>/number/", people.show_number, name="number"),
    path("people/<uuid:public_id>/move/", people.move, name="move_job"),
    path("<uuid:public_id>/edit/", parties.edit, name="edit"),
    path("<uuid:public_id>/delete/", parties.delete, name="delete"),
    path("<uuid:public_id>/history/", parts.history, name="history"),
    path("<uuid:public_id>/names/", parts.names, name="names"),
    path("<uuid:public_id>/names/<uuid:name_id>/delete/", parts.remove_name, name="remove_name"),
    path("<uuid:public_id>/grades/", parts.grades, name="grades"),
    path("<uuid:public_id>/assignments/new/", parts.assign, name="assign"),
    path("<uuid:public_id>/assignments/<uuid:assignment_id>/end/", parts.end_assignment, name="end_assignment"),
    path(
        "<uuid:public_id>/assignments/<uuid:assignment_id>/delete/", parts.remove_assignment, name="remove_assignment"
    ),
    path("<uuid:public_id>/people/new/", people.add, name="add_person"),
    path("<uuid:public_id>/people/existing/", people.add_existing, name="add_existing"),
    path("<uuid:public_id>/people/<uuid:affiliation_id>/end/", people.end_job, name="end_job"),
    path("<uuid:public_id>/place/<uuid:proposal_id>/confirm/", parts.confirm_place, name="confirm_place"),
    path("<uuid:public_id>/place/<uuid:proposal_id>/discard/", parts.discard_place, name="discard_place"),
]
