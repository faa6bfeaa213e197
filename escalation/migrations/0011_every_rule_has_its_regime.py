import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0010_house_rules'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deadlinepolicy',
            name='regime',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='escalation.regime', verbose_name='rules'),
        ),
    ]
