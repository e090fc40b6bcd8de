from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "keqing.visits"
    verbose_name = "拜访"
