// The rest of the contract: the services of what a person does, and what their calls are made of. Fetched with the first
// call, and with it what looks through the texts that they carry; no file that the first view needs imports from here,
// but types.
export * from '$gen/samsyn/v1/access_calls_pb';
export * from '$gen/samsyn/v1/admin_calls_pb';
export * from '$gen/samsyn/v1/assignment_calls_pb';
export * from '$gen/samsyn/v1/audit_calls_pb';
export * from '$gen/samsyn/v1/deployment_calls_pb';
export * from '$gen/samsyn/v1/directory_calls_pb';
export * from '$gen/samsyn/v1/incident_calls_pb';
export * from '$gen/samsyn/v1/indicator_calls_pb';
export * from '$gen/samsyn/v1/meeting_calls_pb';
export * from '$gen/samsyn/v1/problem_calls_pb';
export * from '$gen/samsyn/v1/report_calls_pb';
export * from '$gen/samsyn/v1/situation_calls_pb';
export { numberGuard } from './number_guard.svelte';
