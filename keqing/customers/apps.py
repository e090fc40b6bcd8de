from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "keqing.customers"
    verbose_name = "客户"
