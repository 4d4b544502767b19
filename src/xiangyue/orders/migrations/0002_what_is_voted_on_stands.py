from django.db import migrations

from xiangyue.orders import freezing


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("ballots", "0003_secret_box"),
    ]

    operations = [migrations.RunPython(freezing.install, freezing.remove)]
