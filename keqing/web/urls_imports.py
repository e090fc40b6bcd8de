from django.urls import path

from keqing.web.views import importing

app_name = "imports"
urlpatterns = [
    path("", importing.overview, name="list"),
    path("new/<slug:key>/", importing.upload, name="upload"),
    path("new/<slug:key>/template/", importing.template_file, name="template"),
    path("<uuid:public_id>/", importing.show_run, name="run"),
    path("<uuid:public_id>/columns/", importing.map_columns, name="map"),
    path("<uuid:public_id>/columns/again/", importing.map_again, name="map_again"),
    path("<uuid:public_id>/writing/", importing.write, name="write"),
    path("<uuid:public_id>/rows/<int:number>/keep/", importing.keep_row, name="keep_row"),
    path("<uuid:public_id>/discarding/", importing.discard, name="discard"),
    path("<uuid:public_id>/undoing/", importing.undo, name="undo"),
    path("<uuid:public_id>/errors/", importing.errors, name="errors"),
]
