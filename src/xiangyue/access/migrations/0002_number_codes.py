from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AlterField(
            "phonecode",
            "purpose",
            models.CharField(
                choices=[
                    ("sign_in", "Signing in"),
                    ("report", "Making a report"),
                    ("token", "Letting a program in"),
                    ("number", "Changing your number"),
                ],
                max_length=10,
            ),
        ),
    ]
