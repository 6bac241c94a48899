import json
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from healthpartner.core.config.http import HttpSettings
from healthpartner.web.app import create_litestar
from healthpartner.web.openapi import SECURITY

# What is promised, stated a second time: operation id, method, path, who may call, success, group.
PROMISED = """
issue_token              POST   /v1/auth/token                                                 tenant            200 Authentication
rotate_tenant_key        POST   /v1/auth/tenant-key/rotate                                     tenant            200 Authentication
rotate_signing_secret    POST   /v1/auth/signing-secret/rotate                                 tenant            200 Authentication
get_jwks                 GET    /.well-known/jwks.json                                         none              200 Authentication
create_user              POST   /v1/users                                                      tenant            201 Users
get_user                 GET    /v1/users/{user_id}                                            member            200 Users
update_user              PATCH  /v1/users/{user_id}                                            member            204 Users
delete_user              DELETE /v1/users/{user_id}                                            member            204 Users
get_profile              GET    /v1/users/{user_id}/health-profile                             member            200 Health profile
get_privacy_settings     GET    /v1/users/{user_id}/privacy-settings                           member            200 Privacy settings
update_privacy_settings  PATCH  /v1/users/{user_id}/privacy-settings                           member            204 Privacy settings
create_data_export       POST   /v1/users/{user_id}/data-exports                               member            202 Privacy settings
get_job                  GET    /v1/users/{user_id}/jobs/{job_id}                              member            200 Async jobs
create_upload            POST   /v1/uploads                                                    tenant_or_member  201 Uploads
put_upload_content       PUT    /v1/uploads/{upload_id}/content                                signed_url        201 Uploads
get_download             GET    /v1/downloads/{download_token}                                 signed_url        200 Uploads
register_native_platform POST   /v1/users/{user_id}/devices/actions/register                   member            201 Devices
list_user_devices        GET    /v1/users/{user_id}/devices                                    member            200 Devices
import_health_export     POST   /v1/users/{user_id}/devices/imports                            member            202 Devices
list_metrics             GET    /v1/metrics                                                    tenant_or_member  200 Metrics and insights
list_activity_summary    GET    /v1/users/{user_id}/metrics/activity/summary                   member            200 Metrics and insights
ingest_activity_summary  POST   /v1/users/{user_id}/metrics/activity/summary                   member            200 Metrics and insights
list_activity_types      GET    /v1/activity-types                                             tenant_or_member  200 Metrics and insights
list_sleep_summary       GET    /v1/users/{user_id}/metrics/sleep/summary                      member            200 Metrics and insights
ingest_sleep_summary     POST   /v1/users/{user_id}/metrics/sleep/summary                      member            200 Metrics and insights
list_sleep_stream        GET    /v1/users/{user_id}/metrics/sleep/stream                       member            200 Metrics and insights
list_workout_summary     GET    /v1/users/{user_id}/metrics/workouts/summary                   member            200 Metrics and insights
ingest_workout_summary   POST   /v1/users/{user_id}/metrics/workouts/summary                   member            200 Metrics and insights
list_body_summary        GET    /v1/users/{user_id}/metrics/body/summary                       member            200 Metrics and insights
ingest_body_summary      POST   /v1/users/{user_id}/metrics/body/summary                       member            200 Metrics and insights
list_timeseries          GET    /v1/users/{user_id}/metrics/{metric}/timeseries                member            200 Metrics and insights
ingest_timeseries        POST   /v1/users/{user_id}/metrics/{metric}/timeseries                member            200 Metrics and insights
get_measurement          GET    /v1/users/{user_id}/metrics/{metric}/measurements/{sample_id}  member            200 Metrics and insights
delete_measurement       DELETE /v1/users/{user_id}/metrics/{metric}/measurements/{sample_id}  member            204 Metrics and insights
get_org                  GET    /v1/admin/org                                                  tenant            200 Partner management
update_org               PATCH  /v1/admin/org                                                  tenant            200 Partner management
get_retention            GET    /v1/admin/org/retention                                        tenant            200 Partner management
list_members             GET    /v1/admin/org/members                                          tenant            200 Partner management
remove_member            DELETE /v1/admin/org/members/{member_id}                              tenant            204 Partner management
list_invites             GET    /v1/admin/org/invites                                          tenant            200 Partner management
create_invite            POST   /v1/admin/org/invites                                          tenant            201 Partner management
revoke_invite            DELETE /v1/admin/org/invites/{invite_id}                              tenant            204 Partner management
list_tenant_keys         GET    /v1/admin/org/tenant-keys                                      tenant            200 Partner management
create_tenant_key        POST   /v1/admin/org/tenant-keys                                      tenant            201 Partner management
revoke_tenant_key        DELETE /v1/admin/org/tenant-keys/{key_id}                             tenant            204 Partner management
list_queues              GET    /v1/admin/org/queues                                           tenant            200 Partner management
get_queue                GET    /v1/admin/org/queues/{queue_name}                              tenant            200 Partner management
register_queue           POST   /v1/admin/org/queues/{queue_name}                              tenant            201 Partner management
replace_queue            PUT    /v1/admin/org/queues/{queue_name}                              tenant            200 Partner management
delete_queue             DELETE /v1/admin/org/queues/{queue_name}                              tenant            204 Partner management
send_test_event          POST   /v1/admin/org/queues/{queue_name}/test                         tenant            200 Partner management
pause_queue              POST   /v1/admin/org/queues/{queue_name}/pause                        tenant            200 Partner management
resume_queue             POST   /v1/admin/org/queues/{queue_name}/resume                       tenant            200 Partner management
advance_clock            POST   /v1/sandbox/clock/advance                                      tenant            200 Sandbox
switch_queue_fault       PUT    /v1/sandbox/queues/{queue_name}/fault                          tenant            204 Sandbox
create_synthetic_member  POST   /v1/sandbox/members                                            tenant            202 Sandbox
list_audit_log           GET    /v1/admin/org/audit-log                                        tenant            200 Partner management
list_events              GET    /v1/admin/org/events                                           tenant            200 Event stream
get_event                GET    /v1/admin/org/events/{event_id}                                tenant            200 Event stream
redeliver_event          POST   /v1/admin/org/events/{event_id}/redeliver                      tenant            202 Event stream
replay_events            POST   /v1/admin/org/events/replay                                    tenant            202 Event stream
list_event_types         GET    /v1/event-types                                                tenant            200 Event stream
"""

Operations = dict[str, list[str]]


@pytest.fixture(scope="module")
def promised() -> Operations:
    lines = [line.split(maxsplit=5) for line in PROMISED.strip().splitlines()]
    return {line[0]: line[1:] for line in lines}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(create_litestar(HttpSettings()).state.openapi_json)
    return found


@pytest.fixture(scope="module")
def served(document: dict[str, Any]) -> Operations:
    handlers = {
        handler.operation_id: handler
        for route in create_litestar(HttpSettings()).routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
    }
    found = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            handler = handlers[operation["operationId"]]
            line = [method.upper(), path, handler.opt["auth"], str(handler.status_code), *operation["tags"]]
            found[operation["operationId"]] = line
    return found


def test_every_operation_is_as_promised_and_none_is_missing_or_more(served: Operations, promised: Operations) -> None:
    assert served == promised


def test_every_operation_states_its_credentials_and_its_success(document: dict[str, Any], promised: Operations) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            _, _, auth, success, _ = promised[operation["operationId"]]
            assert operation["security"] == SECURITY[auth]
            assert success in operation["responses"], operation["operationId"]


def test_every_operation_has_a_summary(document: dict[str, Any]) -> None:
    silent = [o["operationId"] for methods in document["paths"].values() for o in methods.values() if not o["summary"]]
    assert silent == []
