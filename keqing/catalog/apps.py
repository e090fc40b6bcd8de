from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "keqing.catalog"
    verbose_name = "产品"
