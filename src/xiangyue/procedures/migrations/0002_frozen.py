"""What a settled step rests on stays as it is."""

from django.db import migrations

from xiangyue.procedures import freezing


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
