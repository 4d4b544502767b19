"""What a closed session held stays as it is."""

from django.db import migrations

from xiangyue.meetings import freezing


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
