from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stage", "0002_badge")]

    operations = [migrations.RenameModel("Manager", "Captain")]
