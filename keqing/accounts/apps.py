from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "keqing.accounts"
    verbose_name = "账号"
