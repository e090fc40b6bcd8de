from django.urls import path

from keqing.catalog import views, views_dated

app_name = "catalog"
urlpatterns = [
    path("", views.product_list, name="list"),
    path("export/", views.export, name="export"),
    path("new/", views.create_product, name="create"),
    path("<uuid:public_id>/", views.product, name="product"),
    path("<uuid:public_id>/edit/", views.edit_product, name="edit"),
    path("<uuid:public_id>/bin/", views.bin_product, name="bin"),
    path("<uuid:public_id>/skus/new/", views.create_sku, name="create_sku"),
    path("skus/<uuid:public_id>/edit/", views.edit_sku, name="edit_sku"),
    path("skus/<uuid:public_id>/bin/", views.bin_sku, name="bin_sku"),
    path("skus/<uuid:public_id>/prices/new/", views_dated.create_price, name="create_price"),
    path("prices/<uuid:public_id>/edit/", views_dated.edit_price, name="edit_price"),
    path("prices/<uuid:public_id>/bin/", views_dated.bin_price, name="bin_price"),
    path("skus/<uuid:public_id>/batches/new/", views_dated.create_batch, name="create_batch"),
    path("batches/<uuid:public_id>/edit/", views_dated.edit_batch, name="edit_batch"),
    path("batches/<uuid:public_id>/bin/", views_dated.bin_batch, name="bin_batch"),
]
