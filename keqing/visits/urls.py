from django.urls import path

from keqing.visits.views import frequencies, lists, visiting

app_name = "visits"
urlpatterns = [
    path("", lists.show_visits, name="list"),
    path("export/", lists.export_visits, name="export"),
    path("due/", lists.show_due, name="due"),
    path("due/export/", lists.export_due, name="export_due"),
    path("start/", visiting.start, name="start"),
    path("frequencies/", frequencies.show_frequencies, name="frequencies"),
    path("frequencies/new/", frequencies.new_frequency, name="new_frequency"),
    path("begin/<uuid:public_id>/", visiting.arrive, name="begin"),
    path("past/<uuid:public_id>/", visiting.past, name="past"),
    path("skip/<uuid:public_id>/", visiting.skip_today, name="skip"),
    path("skips/<uuid:public_id>/undo/", visiting.undo_skip, name="undo_skip"),
    path("<uuid:public_id>/", visiting.show_visit, name="visit"),
    path("<uuid:public_id>/finish/", visiting.finish_visit, name="finish"),
    path("<uuid:public_id>/cancel/", visiting.cancel_visit, name="cancel"),
    path("<uuid:public_id>/correct/", visiting.correct_visit, name="correct"),
]
