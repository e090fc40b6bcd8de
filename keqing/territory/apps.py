from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "keqing.territory"
    verbose_name = "区划与岗位"
