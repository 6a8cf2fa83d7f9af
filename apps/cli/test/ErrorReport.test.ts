import { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { AmbiguousProject, IdentityConflict, ProjectNotFound, RegistryNewer, RegistryUnreadable } from "@dev-infra/registry/RegistryError"
import { reasons, RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import { CannotUndo, EntryNotFound, TooManyGone } from "@dev-infra/sync/SyncError"
import { SyncStateUnreadable } from "@dev-infra/sync/SyncState"
import { SyncBusy } from "@dev-infra/sync/SyncTurn"
import { CertificatesUnreadable } from "@dev-infra/work-prod-client/NodeWorkProd"
import { InvalidUrl } from "@dev-infra/work-prod-client/ServerUrl"
import { InvalidKey, InvalidMachine, KeyNeedsHttps, NoServer } from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import { CommandFailed, type CommandError, OutputFailed } from "../src/CommandError.js"
import { details, report } from "../src/ErrorReport.js"
import { render } from "../src/SafeText.js"
import { UsageError } from "../src/UsageError.js"

const told = (error: CommandError) => {
  const { exitCode, message } = report(Cause.fail(error))
  return { exitCode, message: render(message, false) }
}

const evil = "a\u001b[31m\nname"

const errors: ReadonlyArray<CommandError> = [
  new UsageError({ command: ["list"], message: "--sort needs a value" }),
  new UsageError({ command: [], message: "no", hint: "give --yes" }),
  new CommandFailed({ what: "could not do it", where: "/a", why: "because", hint: "try again" }),
  new CommandFailed({ what: "could not do it" }),
  new OutputFailed({ code: "ENOSPC" }),
  new FileFailure({ path: evil, operation: "read", reason: "PermissionDenied", code: "EACCES" }),
  new FileFailure({ path: "/a", operation: "write", reason: "NoSpace", code: "ENOSPC" }),
  new FileFailure({ path: "/a", operation: "write", reason: "Other", code: "EWEIRD" }),
  new LockUnavailable({ path: "/a.lock", reason: "Held", holder: { host: evil, pid: 7 }, waitedMillis: 10_000 }),
  new LockUnavailable({ path: "/a.lock", reason: "HeldOnOtherHost", holder: { host: "other", pid: 7 }, waitedMillis: 0 }),
  new LockUnavailable({ path: "/a.lock", reason: "Unreadable", waitedMillis: 0 }),
  new RegistryUnreadable({ path: "/r.json", reason: "InvalidJson", detail: "a comma is missing", position: { line: 7, column: 3 } }),
  new RegistryNewer({ path: "/r.json", found: "9.0", supported: "1.0" }),
  new ProjectNotFound({ reference: evil, suggestions: [evil, "api"] }),
  new AmbiguousProject({ reference: "api", candidates: [{ id: "1", name: evil, path: "/a" }, { id: "2", name: "api", path: evil }] }),
  new IdentityConflict({ id: "1", path: evil, registeredPath: "/a" }),
  ...reasons.map((reason) => new RemoteFailed({ reason, address: "work.example", detail: `work.example says ${evil}` })),
  new SyncBusy({ holder: `process 7 on ${evil}` }),
  new SyncStateUnreadable({ path: evil, detail: "it is no JSON" }),
  new TooManyGone({ address: evil, gone: 9, known: 10 }),
  new EntryNotFound({ entry: evil, isAmbiguous: false }),
  new EntryNotFound({ entry: "12", isAmbiguous: true }),
  new CannotUndo({ entry: "12345678", reason: "ChangedSince", detail: `the value is ${evil} now` }),
  new CannotUndo({ entry: "12345678", reason: "NotAnOverride", detail: "nothing was overridden" }),
  new InvalidUrl({ source: "as given", text: evil, problem: "NoScheme", suggestion: null }),
  new InvalidKey({ source: "as given", problem: "Characters" }),
  new InvalidMachine({ uid: evil }),
  new KeyNeedsHttps({ host: evil }),
  new NoServer(),
  new CertificatesUnreadable({ path: evil, detail: "it has none in PEM form" })
]

describe("an error report", () => {
  it("is a short paragraph without stack, tag or JSON, and never lets through what a terminal acts upon", () => {
    for (const error of errors) {
      const { exitCode, message } = told(error)
      expect(message).toMatch(/^error: [^\n]+/)
      expect(message).not.toMatch(new RegExp(`${error._tag}|_tag|\\n\\s+at |\\{"`))
      expect(message).not.toContain("\u001b")
      expect(message).not.toContain("a\\x1b[31m\n")
      expect(message.split("\n").length).toBeLessThanOrEqual(4)
      expect(exitCode).toBe(error._tag === "UsageError" ? 2 : 1)
    }
  })

  it("says where and why, and what to do", () => {
    expect(told(new RegistryUnreadable({ path: "/r.json", reason: "InvalidJson", detail: "a comma is missing", position: { line: 7, column: 3 } })).message).toBe(
      "error: the registry cannot be read: /r.json:7:3: a comma is missing\nhint: dev-infra doctor shows what can be repaired; the file was left as it is"
    )
    expect(told(new ProjectNotFound({ reference: "aip", suggestions: ["api"] })).message).toBe('error: no project is called "aip"\nhint: did you mean api?')
    expect(told(new AmbiguousProject({ reference: "api", candidates: [{ id: "1", name: "api", path: "/a" }, { id: "2", name: "api", path: "/b" }] })).message).toBe(
      'error: "api" may be any of 2 projects:\n  1  api  /a\n  2  api  /b\nhint: name one by its id or path'
    )
    expect(told(new UsageError({ command: ["config", "get"], message: "no" })).message).toBe("error: no\nhint: see dev-infra help config get")
  })

  it("says of a sync what stopped it and what was done, and what to do", () => {
    expect(told(new RemoteFailed({ reason: "NotConfigured", address: "", detail: "no work-prod server is set up: run `dev-infra login URL`" })).message).toBe("error: no work-prod server is set up: run `dev-infra login URL`")
    expect(told(new TooManyGone({ address: "nas:5000", gone: 9, known: 10 })).message).toBe(
      "error: 9 of 10 known projects are gone from nas:5000 at once, so nothing was changed\nhint: check that it is the right server with the right database; if they were really deleted, run the command again with --accept-deletions"
    )
    expect(told(new SyncBusy({ holder: "process 7 on laptop" })).message).toBe("error: another sync is running (process 7 on laptop): wait until it has ended, then try again")
  })

  it("calls what is no known failure a defect, and shows more of it only when asked to", () => {
    const defect = Cause.die(new TypeError("x is undefined"))
    const brief = report(defect)
    expect(brief.exitCode).toBe(70)
    expect(render(brief.message, false)).toBe("error: this is a defect of dev-infra: X is undefined\nhint: run it again with --log-level debug to see more, and please report it")
    const long = render(report(defect, { more: details(defect) }).message, false)
    expect(long).toContain("\n  TypeError: x is undefined")
    expect(long).toMatch(/\n {6}at /)
  })
})
