/**
 * The commands, in the order in which help shows them.
 *
 * @module
 */
import type { Group } from "./Tree.js"

/** What stands behind `dev-infra`. @category commands */
export const root: Group = {
  summary: "know every project on your machines",
  children: {
    up: () => import("./commands/up/command.js"),
    down: () => import("./commands/down/command.js"),
    scan: () => import("./commands/scan/command.js"),
    add: () => import("./commands/add/command.js"),
    init: () => import("./commands/init/command.js"),
    new: () => import("./commands/new/command.js"),
    adopt: () => import("./commands/adopt/command.js"),
    plan: () => import("./commands/plan/command.js"),
    apply: () => import("./commands/apply/command.js"),
    undo: () => import("./commands/undo/command.js"),
    customize: () => import("./commands/customize/command.js"),
    task: () => import("./commands/task/command.js"),
    run: () => import("./commands/run/command.js"),
    inherit: {
      summary: "Tasks that projects inherit from other repositories.",
      children: {
        add: () => import("./commands/inherit/add/command.js"),
        sync: () => import("./commands/inherit/sync/command.js"),
        trust: () => import("./commands/inherit/trust/command.js"),
        remove: () => import("./commands/inherit/remove/command.js"),
        list: () => import("./commands/inherit/list/command.js"),
        drift: () => import("./commands/inherit/drift/command.js"),
        upgrade: () => import("./commands/inherit/upgrade/command.js"),
        impact: () => import("./commands/inherit/impact/command.js")
      }
    },
    refresh: () => import("./commands/refresh/command.js"),
    list: () => import("./commands/list/command.js"),
    show: () => import("./commands/show/command.js"),
    path: () => import("./commands/path/command.js"),
    update: () => import("./commands/update/command.js"),
    archive: () => import("./commands/archive/command.js"),
    restore: () => import("./commands/restore/command.js"),
    remove: () => import("./commands/remove/command.js"),
    status: () => import("./commands/status/command.js"),
    push: () => import("./commands/sync/push/command.js"),
    pull: () => import("./commands/sync/pull/command.js"),
    sync: {
      summary: "Keep the machines in step through work-prod.",
      children: {
        push: () => import("./commands/sync/push/command.js"),
        pull: () => import("./commands/sync/pull/command.js"),
        fetch: () => import("./commands/sync/fetch/command.js"),
        watch: () => import("./commands/sync/watch/command.js"),
        log: () => import("./commands/sync/log/command.js"),
        undo: () => import("./commands/sync/undo/command.js")
      }
    },
    template: {
      summary: "Templates that projects are made from.",
      children: {
        list: () => import("./commands/template/list/command.js"),
        show: () => import("./commands/template/show/command.js"),
        add: () => import("./commands/template/add/command.js"),
        remove: () => import("./commands/template/remove/command.js"),
        update: () => import("./commands/template/update/command.js"),
        lint: () => import("./commands/template/lint/command.js")
      }
    },
    login: () => import("./commands/login/command.js"),
    logout: () => import("./commands/logout/command.js"),
    whoami: () => import("./commands/whoami/command.js"),
    config: {
      summary: "Show and change the settings.",
      children: {
        list: () => import("./commands/config/list/command.js"),
        get: () => import("./commands/config/get/command.js"),
        set: () => import("./commands/config/set/command.js"),
        unset: () => import("./commands/config/unset/command.js"),
        path: () => import("./commands/config/path/command.js")
      }
    },
    export: () => import("./commands/export/command.js"),
    import: () => import("./commands/import/command.js"),
    doctor: () => import("./commands/doctor/command.js"),
    completions: () => import("./commands/completions/command.js"),
    shell: () => import("./commands/shell/command.js"),
    __serve: () => import("./commands/serve/command.js"),
    __complete: () => import("./commands/complete/command.js")
  }
}
