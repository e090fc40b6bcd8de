from django.urls import path

from keqing.territory.views import calendar, divisions, holders, positions, rights, staff, time_off

app_name = "territory"
urlpatterns = [
    path("positions/", positions.show_tree, name="positions"),
    path("positions/new/", positions.add_position, name="position_new"),
    path("positions/rights/", rights.show_rights, name="rights"),
    path("positions/staff/", staff.list_staff, name="staff"),
    path("positions/staff/export/", staff.export_staff, name="staff_export"),
    path("positions/staff/new/", staff.add_employee, name="employee_new"),
    path("positions/staff/<uuid:public_id>/", staff.show_employee, name="employee"),
    path("positions/staff/<uuid:public_id>/change/", staff.change_employee, name="employee_change"),
    path("positions/tenures/<uuid:public_id>/end/", holders.end_holder, name="tenure_end"),
    path("positions/tenures/<uuid:public_id>/removal/", holders.remove_tenure, name="tenure_remove"),
    path("positions/<uuid:public_id>/", positions.show_position, name="position"),
    path("positions/<uuid:public_id>/change/", positions.change_position, name="position_change"),
    path("positions/<uuid:public_id>/removal/", positions.discard_position, name="position_remove"),
    path("positions/<uuid:public_id>/appointment/", holders.appoint_holder, name="appointment"),
    path("time-off/", time_off.list_time_off, name="time_off"),
    path("time-off/new/", time_off.add_time_off, name="time_off_new"),
    path("time-off/<uuid:public_id>/change/", time_off.change_time_off, name="time_off_change"),
    path("time-off/<uuid:public_id>/removal/", time_off.remove_time_off, name="time_off_remove"),
    path("calendar/", calendar.show_year, name="calendar"),
    path("calendar/<int:year>/confirmation/", calendar.confirm, name="calendar_confirm"),
    path("calendar/<int:year>/<int:month>/<int:day>/", calendar.edit_day, name="calendar_day"),
    path("calendar/<int:year>/<int:month>/<int:day>/removal/", calendar.clear, name="calendar_clear"),
    path("divisions/", divisions.browse, name="divisions"),
    path("divisions/<uuid:public_id>/", divisions.show_division, name="division"),
]
