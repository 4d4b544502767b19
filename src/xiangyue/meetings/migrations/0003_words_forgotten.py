"""When a matter is forgotten, its words may be taken out of a closed session's agenda."""

from django.db import migrations

from xiangyue.meetings import freezing


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_frozen")]

    operations = [
        migrations.RunPython(freezing.remove, freezing.install),
        migrations.RunPython(freezing.install, freezing.remove),
    ]
