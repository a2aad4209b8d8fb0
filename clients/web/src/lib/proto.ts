// The contract: every message, schema, enum and service of samsyn.v1, made from ../../proto at build time.
export * from '$gen/samsyn/v1/access_pb';
export * from '$gen/samsyn/v1/admin_pb';
export * from '$gen/samsyn/v1/assignment_pb';
export * from '$gen/samsyn/v1/audit_pb';
export * from '$gen/samsyn/v1/common_pb';
export * from '$gen/samsyn/v1/deployment_pb';
export * from '$gen/samsyn/v1/directory_pb';
export * from '$gen/samsyn/v1/entity_pb';
export * from '$gen/samsyn/v1/error_reason_pb';
export * from '$gen/samsyn/v1/incident_pb';
export * from '$gen/samsyn/v1/indicator_pb';
export * from '$gen/samsyn/v1/meeting_pb';
export * from '$gen/samsyn/v1/problem_pb';
export * from '$gen/samsyn/v1/report_pb';
export * from '$gen/samsyn/v1/situation_pb';
export * from '$gen/samsyn/v1/watch_pb';
