from django.db import migrations

from xiangyue.ballots import triggers


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial")]

    operations = [migrations.RunPython(triggers.install, triggers.remove)]
