from django.db import migrations

from keqing.core.search import create_index


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_first_storey")]
    operations = [create_index("customers_party"), create_index("customers_person")]
