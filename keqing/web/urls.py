from django.urls import include, path
from django.views.generic import RedirectView

from keqing.accounts.views import preferences
from keqing.core.views import notices
from keqing.web.views import about, customer, customers, errors, search, settings_page, today

urlpatterns = [
    path("", today.show_today, name="today"),
    path("search/", search.show_results, name="search"),
    path("me/", about.me, name="me"),
    path("me/account/", RedirectView.as_view(pattern_name="me"), name="account"),
    path("about/", about.about, name="about"),
    path("notices/", notices, name="notices"),
    path("customers/<uuid:public_id>/", customer.show_customer, name="customer"),
    path("customers/<uuid:public_id>/below/", customer.show_below, name="customer_below"),
    # the same addresses as customers:list and customers:export, with the column of the floor above
    path("customers/", customers.show_customers, name="customers_list"),
    path("customers/export/", customers.export_customers, name="customers_export"),
    path("customers/", include("keqing.customers.urls")),
    path("visits/", include("keqing.visits.urls")),
    path("products/", include("keqing.catalog.urls")),
    path("territory/", include("keqing.territory.urls")),
    path("imports/", include("keqing.web.urls_imports")),
    path("settings/", settings_page.show_settings, name="settings"),
    path("settings/demo/", settings_page.remove_demo, name="remove_demo"),
    path("base/", include("keqing.core.urls")),
    path("preferences/theme/", preferences, name="theme"),
    path("preferences/language/", preferences, name="set_language"),
    path("healthz", about.health, name="health"),
    path("", include("keqing.accounts.urls")),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
