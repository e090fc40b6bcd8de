from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "keqing.core"
    verbose_name = "底座"
