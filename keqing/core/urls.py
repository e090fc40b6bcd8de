from django.urls import path

from keqing.core import views

app_name = "core"
urlpatterns = [
    path("bin/", views.bin_page, name="bin"),
    path("bin/<uuid:public_id>/restore/", views.restore_entry, name="restore"),
    path("views/<slug:list_key>/", views.save_view, name="save_view"),
    path("views/<uuid:public_id>/drop/", views.drop_view, name="drop_view"),
    path("columns/", views.choose_columns, name="choose_columns"),
    path("notices/read/", views.read_notices, name="read_notices"),
]
