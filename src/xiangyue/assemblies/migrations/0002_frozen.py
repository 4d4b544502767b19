"""What was signed or decided stays as it is."""

from django.db import migrations

from xiangyue.assemblies import freezing


class Migration(migrations.Migration):
    dependencies = [("assemblies", "0001_initial")]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
