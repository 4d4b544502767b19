from django.db import migrations

from xiangyue.incidents.search_index import install, remove


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
