from django.db import migrations

from xiangyue.rosters import exclusion


class Migration(migrations.Migration):
    dependencies = [("rosters", "0001_initial")]

    operations = [migrations.RunPython(exclusion.install, exclusion.remove)]
