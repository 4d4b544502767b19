"""What was published, said, judged and adopted stays as it is."""

from django.db import migrations

from xiangyue.compacts import freezing


class Migration(migrations.Migration):
    dependencies = [("compacts", "0001_initial")]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
