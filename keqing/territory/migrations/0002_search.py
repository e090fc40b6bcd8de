from django.db import migrations

from keqing.core.search import create_index


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_first_storey")]
    operations = [create_index("territory_employee")]
