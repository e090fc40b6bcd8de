from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "keqing.web"
    verbose_name = "客情"
