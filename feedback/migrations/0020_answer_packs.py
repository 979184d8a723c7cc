import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0019_answer_sources'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('answers', models.BinaryField(help_text='Contact, account and score of each.')),
                ('times', models.BinaryField(help_text='When each was given; apart, since few figures ask for it.')),
                ('digest', models.CharField(help_text='Of all of it: the same digest is the same content.', max_length=32)),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.survey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'survey'), name='answer_pack_once')],
            },
        ),
        # Days that were counted before, or are by a worker of the release before, have no columns: they are read answer
        # by answer until they have been counted again.
        migrations.AddField(
            model_name='talliedday',
            name='packed_at',
            field=models.DateTimeField(help_text='When its columns were written. Where that is not when it was counted, they say nothing.', null=True),
        ),
    ]
