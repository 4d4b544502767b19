"""An item keeps what kind of matter it was when its session opened."""

import django.db.models.deletion
from django.db import migrations, models

from xiangyue.meetings import freezing


class Migration(migrations.Migration):
    dependencies = [
        ("blueprints", "0002_edition"),
        ("meetings", "0003_words_forgotten"),
    ]

    operations = [
        migrations.RunPython(freezing.remove, freezing.install),
        migrations.AddField(
            model_name="agendaitem",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="blueprints.declaration",
            ),
        ),
        migrations.RunPython(freezing.install_with_category, freezing.remove),
    ]
