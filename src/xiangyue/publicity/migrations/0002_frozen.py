"""What was published, said and answered stays as it is."""

from django.db import migrations

from xiangyue.publicity import freezing


class Migration(migrations.Migration):
    dependencies = [("publicity", "0001_initial")]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
