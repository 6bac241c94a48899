"""What the tenant's server may call.

Written by `make contracts`; change nothing here.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from healthpartner_sdk._generated import models, sent
from healthpartner_sdk.calls import OMITTED, Call, Omitted, Page, segment
from healthpartner_sdk.sender import Sender


class TenantOperations(Sender):
    """What the tenant's server may call."""

    def advance_clock(self, *, seconds: int) -> models.ClockAdvanced:
        """Sandbox only: move the tenant's clock so that schedules and retries can be rehearsed. Synthetic members' data arrives as it would have, hour by hour; tokens, keys and addresses age; retries fall due. Only this tenant's time moves, and never back."""
        return self._send(
            Call("POST", "/v1/sandbox/clock/advance", body={"seconds": seconds}, keyed=True), models.ClockAdvanced
        )

    def create_invite(self, *, email: str, scope: Literal["admin", "developer", "viewer"]) -> models.InviteCreated:
        """Invite a console member. The answer is the only place where `invite_url` is ever shown."""
        return self._send(
            Call("POST", "/v1/admin/org/invites", body={"email": email, "scope": scope}, keyed=True),
            models.InviteCreated,
        )

    def create_synthetic_member(
        self,
        *,
        persona: Literal[
            "new_parent",
            "shift_worker",
            "runner",
            "type_2_diabetic",
            "frequent_flyer",
            "sedentary_office_worker",
            "recovering_from_illness",
            "older_adult",
        ],
        external_id: str | Omitted | None = OMITTED,
        months: int | Omitted = OMITTED,
        seed: int | Omitted = OMITTED,
    ) -> models.SyntheticMemberAccepted:
        """Sandbox only: a synthetic member (persona + seed) with months of realistic data. Steps, heart rate, sleep, workouts and what else the persona's devices notice, with their gaps and overlaps."""
        return self._send(
            Call(
                "POST",
                "/v1/sandbox/members",
                body={"external_id": external_id, "months": months, "persona": persona, "seed": seed},
                keyed=True,
            ),
            models.SyntheticMemberAccepted,
        )

    def create_tenant_key(self, *, name: str) -> models.TenantKeyCreated:
        """Mint a named tenant key. The answer is the only place where the key is ever shown."""
        return self._send(
            Call("POST", "/v1/admin/org/tenant-keys", body={"name": name}, keyed=True), models.TenantKeyCreated
        )

    def create_upload(
        self,
        *,
        content_type: Literal[
            "application/pdf",
            "image/jpeg",
            "image/png",
            "image/webp",
            "application/zip",
            "application/xml",
            "application/octet-stream",
        ],
        filename: str,
    ) -> models.UploadCreated:
        """One-time upload URL (15 min; 20 MB; pdf/jpeg/png/webp). PUT the bytes to `upload_url`, then name the file by its `file_url`, which is an identifier and not an address. With a member's token the file is that member's; with a tenant key any member of the tenant may name it. Exports of health apps (zip, xml or octet-stream) may be larger than documents."""
        return self._send(
            Call("POST", "/v1/uploads", body={"content_type": content_type, "filename": filename}, keyed=True),
            models.UploadCreated,
        )

    def create_user(
        self,
        *,
        email: str | Omitted | None = OMITTED,
        external_id: str | Omitted | None = OMITTED,
        first_name: str | Omitted | None = OMITTED,
        last_name: str | Omitted | None = OMITTED,
        user_id: UUID | Omitted | None = OMITTED,
    ) -> models.UserCreated:
        """Register a partner-scoped member. Send your own `user_id`, or an `external_id` and let the server mint the id."""
        return self._send(
            Call(
                "POST",
                "/v1/users",
                body={
                    "email": email,
                    "external_id": external_id,
                    "first_name": first_name,
                    "last_name": last_name,
                    "user_id": user_id,
                },
                keyed=True,
            ),
            models.UserCreated,
        )

    def delete_queue(self, queue_name: str) -> None:
        """Remove a destination; events buffer again."""
        self._do(Call("DELETE", f"/v1/admin/org/queues/{segment(queue_name)}", keyed=True))

    def get_download(self, download_token: str) -> Iterator[bytes]:
        """Where the embedded file store hands a file out (object stores use their own signed URL). The address comes from the operation that offers the file, and is the only credential needed."""
        return self._stream(Call("GET", f"/v1/downloads/{segment(download_token)}", anonymous=True))

    def get_event(self, event_id: UUID | str) -> models.EventDetail:
        """One event with every delivery attempt. With its data, so that a receiver of a thin event can fetch what the message had no room for."""
        return self._send(Call("GET", f"/v1/admin/org/events/{segment(event_id)}"), models.EventDetail)

    def get_jwks(self) -> models.JsonWebKeySet:
        """Public keys that verify member tokens."""
        return self._send(Call("GET", "/.well-known/jwks.json", anonymous=True, bare=True), models.JsonWebKeySet)

    def get_org(self) -> models.Organization:
        """The caller's own org."""
        return self._send(Call("GET", "/v1/admin/org"), models.Organization)

    def get_queue(self, queue_name: str) -> models.Queue:
        """One stream's destination."""
        return self._send(Call("GET", f"/v1/admin/org/queues/{segment(queue_name)}"), models.Queue)

    def get_retention(self) -> models.Retention:
        """How long members' measurements are kept, and in how much detail. Set by the operator of the platform. What is for a day that is thinned or deleted is refused with `outside_retention`."""
        return self._send(Call("GET", "/v1/admin/org/retention"), models.Retention)

    def issue_token(self, *, user_id: UUID | str, scope: str | Omitted | None = OMITTED) -> models.MemberToken:
        """Exchange tenant key + user_id for a member bearer token (TTL 3600 s)."""
        return self._send(
            Call("POST", "/v1/auth/token", body={"scope": scope, "user_id": user_id}, keyed=True), models.MemberToken
        )

    def list_activity_types(self) -> list[models.ActivityType]:
        """Sport catalogue."""
        return self._send(Call("GET", "/v1/activity-types"), list[models.ActivityType])

    def list_audit_log(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        user_id: UUID | str | Omitted = OMITTED,
        action: str | Omitted = OMITTED,
        start: datetime | Omitted = OMITTED,
        end: datetime | Omitted = OMITTED,
    ) -> Page[models.AuditEntry]:
        """Who did what to whose data and when."""
        return self._send(
            Call(
                "GET",
                "/v1/admin/org/audit-log",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "user_id": user_id,
                    "action": action,
                    "start": start,
                    "end": end,
                },
            ),
            Page[models.AuditEntry],
        )

    def iter_audit_log(
        self,
        *,
        limit: int | Omitted = OMITTED,
        user_id: UUID | str | Omitted = OMITTED,
        action: str | Omitted = OMITTED,
        start: datetime | Omitted = OMITTED,
        end: datetime | Omitted = OMITTED,
    ) -> Iterator[models.AuditEntry]:
        """Every row of `list_audit_log`, page by page."""
        return self._pages(
            Call(
                "GET",
                "/v1/admin/org/audit-log",
                query={"limit": limit, "user_id": user_id, "action": action, "start": start, "end": end},
            ),
            models.AuditEntry,
        )

    def list_event_types(self) -> list[models.EventType]:
        """Catalogue with JSON Schemas and examples. Every type, by name. Inside v1 a schema only grows: receivers pass over fields and types that they do not know."""
        return self._send(Call("GET", "/v1/event-types"), list[models.EventType])

    def list_events(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        stream: Literal["lab_results", "device_data", "coach_nudges", "program_updates", "account"] | Omitted = OMITTED,
        event_type: str | Omitted = OMITTED,
        status: Literal["waiting", "pending", "delivered", "failed"] | Omitted = OMITTED,
        user_id: UUID | str | Omitted = OMITTED,
        start: datetime | Omitted = OMITTED,
        end: datetime | Omitted = OMITTED,
    ) -> Page[models.EventEntry]:
        """Events by stream / type / status / member / time. Newest first. `total` counts up to 10,000, and so far goes `offset`; a `cursor` leads to the end, and neither skips nor repeats an event while new ones occur. Events are kept for 30 days, failed ones for 30 days after their last attempt."""
        return self._send(
            Call(
                "GET",
                "/v1/admin/org/events",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "stream": stream,
                    "event_type": event_type,
                    "status": status,
                    "user_id": user_id,
                    "start": start,
                    "end": end,
                },
            ),
            Page[models.EventEntry],
        )

    def iter_events(
        self,
        *,
        limit: int | Omitted = OMITTED,
        stream: Literal["lab_results", "device_data", "coach_nudges", "program_updates", "account"] | Omitted = OMITTED,
        event_type: str | Omitted = OMITTED,
        status: Literal["waiting", "pending", "delivered", "failed"] | Omitted = OMITTED,
        user_id: UUID | str | Omitted = OMITTED,
        start: datetime | Omitted = OMITTED,
        end: datetime | Omitted = OMITTED,
    ) -> Iterator[models.EventEntry]:
        """Every row of `list_events`, page by page."""
        return self._pages(
            Call(
                "GET",
                "/v1/admin/org/events",
                query={
                    "limit": limit,
                    "stream": stream,
                    "event_type": event_type,
                    "status": status,
                    "user_id": user_id,
                    "start": start,
                    "end": end,
                },
            ),
            models.EventEntry,
        )

    def list_invites(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        status: Literal["pending", "accepted", "revoked", "expired"] | Omitted = OMITTED,
    ) -> Page[models.Invite]:
        """Invites."""
        return self._send(
            Call(
                "GET",
                "/v1/admin/org/invites",
                query={"limit": limit, "offset": offset, "cursor": cursor, "status": status},
            ),
            Page[models.Invite],
        )

    def iter_invites(
        self,
        *,
        limit: int | Omitted = OMITTED,
        status: Literal["pending", "accepted", "revoked", "expired"] | Omitted = OMITTED,
    ) -> Iterator[models.Invite]:
        """Every row of `list_invites`, page by page."""
        return self._pages(
            Call("GET", "/v1/admin/org/invites", query={"limit": limit, "status": status}), models.Invite
        )

    def list_members(
        self, *, limit: int | Omitted = OMITTED, offset: int | Omitted = OMITTED, cursor: str | Omitted = OMITTED
    ) -> Page[models.ConsoleMember]:
        """Console members of the org."""
        return self._send(
            Call("GET", "/v1/admin/org/members", query={"limit": limit, "offset": offset, "cursor": cursor}),
            Page[models.ConsoleMember],
        )

    def iter_members(self, *, limit: int | Omitted = OMITTED) -> Iterator[models.ConsoleMember]:
        """Every row of `list_members`, page by page."""
        return self._pages(Call("GET", "/v1/admin/org/members", query={"limit": limit}), models.ConsoleMember)

    def list_metrics(self) -> list[models.MetricInfo]:
        """Metric catalogue: slug / canonical unit / aggregation / bounds."""
        return self._send(Call("GET", "/v1/metrics"), list[models.MetricInfo])

    def list_queues(self) -> list[models.Queue]:
        """All streams with their destination and delivery health."""
        return self._send(Call("GET", "/v1/admin/org/queues"), list[models.Queue])

    def list_tenant_keys(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        include_revoked: bool | Omitted = OMITTED,
    ) -> Page[models.TenantKey]:
        """Tenant keys without secrets."""
        return self._send(
            Call(
                "GET",
                "/v1/admin/org/tenant-keys",
                query={"limit": limit, "offset": offset, "cursor": cursor, "include_revoked": include_revoked},
            ),
            Page[models.TenantKey],
        )

    def iter_tenant_keys(
        self, *, limit: int | Omitted = OMITTED, include_revoked: bool | Omitted = OMITTED
    ) -> Iterator[models.TenantKey]:
        """Every row of `list_tenant_keys`, page by page."""
        return self._pages(
            Call("GET", "/v1/admin/org/tenant-keys", query={"limit": limit, "include_revoked": include_revoked}),
            models.TenantKey,
        )

    def pause_queue(self, queue_name: str) -> models.Queue:
        """Hold events back until the destination is resumed. Attempts under way end; then events wait, for up to 30 days. Pausing twice is pausing once."""
        return self._send(Call("POST", f"/v1/admin/org/queues/{segment(queue_name)}/pause", keyed=True), models.Queue)

    def put_upload_content(
        self, upload_id: UUID | str, content: bytes, *, token: str | Omitted = OMITTED
    ) -> models.UploadStored:
        """Where the embedded file store receives the bytes (object stores use their own signed URL). The body is the file itself. It must be what was declared; a refused or broken upload may be repeated in time."""
        return self._send(
            Call(
                "PUT",
                f"/v1/uploads/{segment(upload_id)}/content",
                query={"token": token},
                content=content,
                keyed=True,
                anonymous=True,
            ),
            models.UploadStored,
        )

    def redeliver_event(self, event_id: UUID | str) -> models.Redelivery:
        """Deliver again with the same event_id. The event gets a delivery of its own with the whole schedule. One that is still on its way is tried at once instead of twice."""
        return self._send(
            Call("POST", f"/v1/admin/org/events/{segment(event_id)}/redeliver", keyed=True), models.Redelivery
        )

    def register_queue(
        self,
        queue_name: str,
        *,
        aws_sqs: sent.AwsSqsSettings | dict[str, Any] | Omitted = OMITTED,
        azure_event_hubs: sent.AzureEventHubsSettings | dict[str, Any] | Omitted = OMITTED,
        azure_storage_queue: sent.AzureStorageQueueSettings | dict[str, Any] | Omitted = OMITTED,
        google_pubsub: sent.GooglePubsubSettings | dict[str, Any] | Omitted = OMITTED,
        kafka: sent.KafkaSettings | dict[str, Any] | Omitted = OMITTED,
        nats_jetstream: sent.NatsJetstreamSettings | dict[str, Any] | Omitted = OMITTED,
        rabbitmq: sent.RabbitmqSettings | dict[str, Any] | Omitted = OMITTED,
        type: Literal[
            "aws_sqs",
            "azure_event_hubs",
            "azure_storage_queue",
            "google_pubsub",
            "kafka",
            "nats_jetstream",
            "rabbitmq",
            "webhook",
        ]
        | Omitted = OMITTED,
        webhook: sent.WebhookSettings | dict[str, Any] | Omitted = OMITTED,
    ) -> models.Queue:
        """Register a destination after a synthetic test publish. Send `type` and, under the name of that type, its settings. Nothing is stored when the test event fails."""
        return self._send(
            Call(
                "POST",
                f"/v1/admin/org/queues/{segment(queue_name)}",
                body={
                    "aws_sqs": aws_sqs,
                    "azure_event_hubs": azure_event_hubs,
                    "azure_storage_queue": azure_storage_queue,
                    "google_pubsub": google_pubsub,
                    "kafka": kafka,
                    "nats_jetstream": nats_jetstream,
                    "rabbitmq": rabbitmq,
                    "type": type,
                    "webhook": webhook,
                },
                keyed=True,
            ),
            models.Queue,
        )

    def remove_member(self, member_id: UUID | str) -> None:
        """Remove a console member's account from the org."""
        self._do(Call("DELETE", f"/v1/admin/org/members/{segment(member_id)}", keyed=True))

    def replace_queue(
        self,
        queue_name: str,
        *,
        aws_sqs: sent.AwsSqsSettings | dict[str, Any] | Omitted = OMITTED,
        azure_event_hubs: sent.AzureEventHubsSettings | dict[str, Any] | Omitted = OMITTED,
        azure_storage_queue: sent.AzureStorageQueueSettings | dict[str, Any] | Omitted = OMITTED,
        google_pubsub: sent.GooglePubsubSettings | dict[str, Any] | Omitted = OMITTED,
        kafka: sent.KafkaSettings | dict[str, Any] | Omitted = OMITTED,
        nats_jetstream: sent.NatsJetstreamSettings | dict[str, Any] | Omitted = OMITTED,
        rabbitmq: sent.RabbitmqSettings | dict[str, Any] | Omitted = OMITTED,
        type: Literal[
            "aws_sqs",
            "azure_event_hubs",
            "azure_storage_queue",
            "google_pubsub",
            "kafka",
            "nats_jetstream",
            "rabbitmq",
            "webhook",
        ]
        | Omitted = OMITTED,
        webhook: sent.WebhookSettings | dict[str, Any] | Omitted = OMITTED,
    ) -> models.Queue:
        """Replace a destination after a synthetic test publish. The body is as for registering. When the test event fails the destination stays as it was."""
        return self._send(
            Call(
                "PUT",
                f"/v1/admin/org/queues/{segment(queue_name)}",
                body={
                    "aws_sqs": aws_sqs,
                    "azure_event_hubs": azure_event_hubs,
                    "azure_storage_queue": azure_storage_queue,
                    "google_pubsub": google_pubsub,
                    "kafka": kafka,
                    "nats_jetstream": nats_jetstream,
                    "rabbitmq": rabbitmq,
                    "type": type,
                    "webhook": webhook,
                },
                keyed=True,
            ),
            models.Queue,
        )

    def replay_events(
        self,
        *,
        start: datetime,
        stream: Literal["lab_results", "device_data", "coach_nudges", "program_updates", "account"],
        end: datetime | Omitted | None = OMITTED,
        event_type: str | Omitted | None = OMITTED,
        status: Literal["failed"] | Omitted | None = OMITTED,
    ) -> models.Replay:
        """Redeliver every event of a stream and time window. Oldest first, under the same `event_id`s, in a lane of its own: new events do not wait for it. Events that are on their way for the first time are not sent twice."""
        return self._send(
            Call(
                "POST",
                "/v1/admin/org/events/replay",
                body={"end": end, "event_type": event_type, "start": start, "status": status, "stream": stream},
                keyed=True,
            ),
            models.Replay,
        )

    def resume_queue(self, queue_name: str) -> models.Queue:
        """Let events flow again, oldest first. What was being retried keeps its attempts, and has 48 hours from now for those that are left."""
        return self._send(Call("POST", f"/v1/admin/org/queues/{segment(queue_name)}/resume", keyed=True), models.Queue)

    def revoke_invite(self, invite_id: UUID | str) -> None:
        """Revoke an invite."""
        self._do(Call("DELETE", f"/v1/admin/org/invites/{segment(invite_id)}", keyed=True))

    def revoke_tenant_key(self, key_id: UUID | str) -> None:
        """Revoke a key."""
        self._do(Call("DELETE", f"/v1/admin/org/tenant-keys/{segment(key_id)}", keyed=True))

    def rotate_signing_secret(
        self, *, signing_secret: str | Omitted | None = OMITTED, grace_period_seconds: int | Omitted = OMITTED
    ) -> models.SigningSecretRotation:
        """Rotate the event-signing HMAC secret with a grace-period overlap. Both secrets sign during the grace. Without a `signing_secret` of yours a new one is made and shown once."""
        return self._send(
            Call(
                "POST",
                "/v1/auth/signing-secret/rotate",
                body={"grace_period_seconds": grace_period_seconds, "signing_secret": signing_secret},
                keyed=True,
            ),
            models.SigningSecretRotation,
        )

    def rotate_tenant_key(self, *, grace_period_seconds: int | Omitted = OMITTED) -> models.TenantKeyRotated:
        """Rotate the calling tenant key with a grace-period overlap."""
        return self._send(
            Call("POST", "/v1/auth/tenant-key/rotate", body={"grace_period_seconds": grace_period_seconds}, keyed=True),
            models.TenantKeyRotated,
        )

    def send_test_event(self, queue_name: str) -> models.TestPublish:
        """Send a signed test event now."""
        return self._send(
            Call("POST", f"/v1/admin/org/queues/{segment(queue_name)}/test", keyed=True), models.TestPublish
        )

    def switch_queue_fault(
        self, queue_name: str, *, fault: Literal["timeout", "connection", "refused", "throttled", "server"] | None
    ) -> None:
        """Sandbox only: let deliveries to a queue fail, or end that. Attempts fail at once with the chosen cause and reach nobody; all that follows is as with a real failure."""
        self._do(Call("PUT", f"/v1/sandbox/queues/{segment(queue_name)}/fault", body={"fault": fault}, keyed=True))

    def update_org(
        self, *, id: Any | Omitted = OMITTED, key: Any | Omitted = OMITTED, name: str | Omitted = OMITTED
    ) -> models.Organization:
        """Rename the org."""
        return self._send(
            Call("PATCH", "/v1/admin/org", body={"id": id, "key": key, "name": name}, keyed=True), models.Organization
        )
