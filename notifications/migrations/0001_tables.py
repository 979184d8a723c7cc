import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notifications', '0001_initial'), ('notifications', '0002_wave'), ('notifications', '0003_preferences'), ('notifications', '0004_case_mail'), ('notifications', '0005_thanks'), ('notifications', '0006_channels'), ('notifications', '0007_report_subscriptions')]

    initial = True

    dependencies = [
        ('feedback', '0001_tables'),
        ('loop', '0001_tables'),
        ('loop', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(max_length=40)),
                ('query', models.TextField(blank=True)),
                ('days', models.PositiveIntegerField(default=0)),
                ('every', models.CharField(choices=[('week', 'every week'), ('month', 'every month')], max_length=10)),
                ('role', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('stop_reason', models.CharField(blank=True, max_length=200)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('every__in', ['week', 'month'])), name='report_every_is_known'), models.UniqueConstraint(condition=models.Q(('stopped_at', None)), fields=('user', 'report', 'query', 'days', 'every'), name='report_subscribed_once')],
            },
        ),
        migrations.CreateModel(
            name='StaffAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('chat', 'chat'), ('sms', 'text message')], max_length=10)),
                ('sealed', models.TextField()),
                ('shown', models.CharField(max_length=100)),
                ('host', models.CharField(blank=True, max_length=255)),
                ('kinds', models.JSONField(default=list)),
                ('trouble', models.CharField(blank=True, max_length=500)),
                ('trouble_at', models.DateTimeField(blank=True, null=True)),
                ('arrived_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='further_addresses', to='loop.team')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='further_addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['chat', 'sms'])), name='staff_channel_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('team', None), ('user__isnull', False)), models.Q(('channel', 'chat'), ('team__isnull', False), ('user', None)), _connector='OR'), name='staff_address_is_somebodys'), models.UniqueConstraint(fields=('user', 'channel'), name='staff_address_once_a_person'), models.UniqueConstraint(fields=('team', 'channel'), name='staff_address_once_a_team')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('channel', models.CharField(default='email', max_length=20)),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('to', models.CharField(blank=True, max_length=320)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('body', models.TextField(blank=True)),
                ('body_html', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('sending', 'being sent'), ('uncertain', 'perhaps sent'), ('sent', 'sent'), ('cancelled', 'not needed any more'), ('dead', 'failed for good')], default='pending', max_length=10)),
                ('send_after', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='loop.case')),
                ('case_mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='loop.casemail')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='feedback.contact')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='loop.caseevent')),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='feedback.invitation')),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='loop.team')),
                ('thanks', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='loop.thanks')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL)),
                ('wave', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='feedback.wave')),
                ('subscription', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='notifications.reportsubscription')),
                ('address', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='notifications.staffaddress')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'uncertain'])), fields=['send_after'], name='message_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='message_leased'), models.Index(condition=models.Q(('channel', 'in_app')), fields=['user', '-id'], name='message_notices'), models.Index(fields=['created_at'], name='message_created')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'uncertain', 'sent', 'cancelled', 'dead'])), name='message_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='message_sent_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('contact', None), ('team', None), ('user__isnull', False)), models.Q(('contact__isnull', False), ('team', None), ('user', None)), models.Q(('contact', None), ('team__isnull', False), ('user', None)), _connector='OR'), name='message_has_one_recipient')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('url', models.CharField(max_length=1000)),
                ('event_types', models.JSONField(default=list)),
                ('secret', models.TextField()),
                ('secret_before', models.TextField(blank=True)),
                ('secret_before_until', models.DateTimeField(blank=True, null=True)),
                ('off_since', models.DateTimeField(blank=True, null=True)),
                ('why_off', models.CharField(blank=True, choices=[('by_hand', 'switched off by hand'), ('gone', 'the receiver says it is gone (410)'), ('failing', 'nothing has arrived for days')], max_length=10)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('on_since', models.DateTimeField()),
                ('answers_seen_until', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('off_since', None), ('why_off', '')), models.Q(('off_since__isnull', False), ('why_off__in', ['by_hand', 'gone', 'failing'])), _connector='OR'), name='webhook_off_says_why')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('type', models.CharField(max_length=40)),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('happened_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('sending', 'being sent'), ('sent', 'arrived'), ('dead', 'given up')], default='pending', max_length=10)),
                ('send_after', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('took_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('trouble', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loop.caseevent')),
                ('response', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.response')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.webhookendpoint')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['send_after'], name='webhook_delivery_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='webhook_delivery_leased'), models.Index(fields=['created_at'], name='webhook_delivery_created')],
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'key'), name='webhook_delivery_once'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'sent', 'dead'])), name='webhook_delivery_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='webhook_sent_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('is_wanted', models.BooleanField()),
                ('chosen_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='message_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='preference_once_a_kind')],
            },
        ),
    ]
