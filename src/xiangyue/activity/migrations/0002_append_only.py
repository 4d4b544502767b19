from django.db import migrations

from xiangyue.activity.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
