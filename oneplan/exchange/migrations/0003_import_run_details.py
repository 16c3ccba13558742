from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0002_issue_kinds_of_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='details',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
