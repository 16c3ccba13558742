from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_import_run_details'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='province_code',
            field=models.CharField(blank=True, max_length=8),
        ),
    ]
