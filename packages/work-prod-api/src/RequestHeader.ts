/**
 * Names of the headers that the contract adds to those of HTTP.
 *
 * @module
 */

/** The UUID of the machine that asks. Without it all callers are one machine without a name. @category constants */
export const machine = "x-dev-infra-machine"

/** What people call that machine, percent-encoded UTF-8; for display only. @category constants */
export const machineName = "x-dev-infra-machine-name"

/** Makes a batch safe to repeat: 1 to 255 printable ASCII characters. @category constants */
export const idempotencyKey = "idempotency-key"

/** The id of this request in the server's log; answers carry it. @category constants */
export const requestId = "x-request-id"

/** The instance of the server that a request is meant for; any other one refuses it. @category constants */
export const instance = "x-dev-infra-instance"

/** Says on every answer which server gave it: see `ServerHeader`. @category constants */
export const server = "x-dev-infra-server"
