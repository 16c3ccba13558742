import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0001_institutions'),
        ('projects', '0001_projects'),
        ('spaces', '0002_planning_layers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='identifier',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='projects.project'),
        ),
        migrations.AlterField(
            model_name='match',
            name='left',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='matches_left', to='projects.project'),
        ),
        migrations.AlterField(
            model_name='milestone',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='projects.project'),
        ),
        migrations.AlterField(
            model_name='placementshare',
            name='space',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spaces.space'),
        ),
        migrations.AlterField(
            model_name='project',
            name='implementing',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='implemented_projects', to='institutions.institution'),
        ),
        migrations.AlterField(
            model_name='project',
            name='space',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='spaces.space'),
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='projects.project'),
        ),
        migrations.AlterField(
            model_name='snapshotmoney',
            name='snapshot',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='money', to='projects.snapshot'),
        ),
    ]
