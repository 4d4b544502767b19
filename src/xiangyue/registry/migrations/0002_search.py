"""Records are found by their words, as incidents are."""

from django.db import migrations

from xiangyue.incidents import search_index


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunPython(
            search_index.indexing("registry_element", "registry_search"),
            search_index.unindexing("registry_element", "registry_search"),
        ),
    ]
