/** What may happen in a history, as plain data: it can be printed, shrunk and played again. Numbers are taken modulo what there is. */
import * as SyncStep from "@dev-infra/sync/SyncStep"
import * as FastCheck from "effect/FastCheck"

/** Fields that machines share and that hold one value. `note` is one that no program knows. */
export const scalarFields = ["name", "description", "organization", "version", "note", "status", "classification", "project_type"] as const
export type ScalarField = (typeof scalarFields)[number]

/** What befalls a sync. `after` counts requests, `changes` single changes. `meddle`: at that point somebody edits the row of a project. */
export type Fault =
  | { readonly type: "meddle"; readonly at: SyncStep.Name; readonly project: number }
  | { readonly type: "crash"; readonly at: SyncStep.Name }
  | { readonly type: "fail" | "lose"; readonly after: number }
  | { readonly type: "break"; readonly changes: number }

interface OnMachine {
  readonly machine: number
}

interface OnProject extends OnMachine {
  readonly project: number
}

export type Operation =
  /** clone it unless it is there, and register it */
  | ({ readonly type: "scan" } & OnProject)
  | ({ readonly type: "edit"; readonly field: ScalarField; readonly clear: boolean } & OnProject)
  | ({ readonly type: "tag"; readonly tag: number; readonly add: boolean } & OnProject)
  | ({ readonly type: "editFile"; readonly field: ScalarField } & OnProject)
  | ({ readonly type: "initFile" } & OnProject)
  | ({ readonly type: "commit" } & OnProject)
  | ({ readonly type: "gitPush" } & OnProject)
  | ({ readonly type: "gitPull" } & OnProject)
  | ({ readonly type: "switch"; readonly branch: number } & OnProject)
  | ({ readonly type: "moveRepository" } & OnProject)
  | ({ readonly type: "copyFolder" } & OnProject)
  | ({ readonly type: "remove" } & OnProject)
  | ({ readonly type: "removeEverywhere" } & OnProject)
  | ({ readonly type: "editElsewhere"; readonly field: ScalarField } & OnProject)
  | ({ readonly type: "fetch"; readonly fault?: Fault | undefined } & OnMachine)
  | ({ readonly type: "pull"; readonly writeFiles: boolean; readonly fault?: Fault | undefined } & OnMachine)
  | ({ readonly type: "push"; readonly force: boolean; readonly fault?: Fault | undefined } & OnMachine)
  | ({ readonly type: "undo"; readonly entry: number; readonly force: boolean } & OnMachine)
  | ({ readonly type: "copyHome" } & OnMachine)
  | { readonly type: "handAdd"; readonly project: number; readonly stranger: boolean }
  | { readonly type: "handEdit"; readonly project: number; readonly field: "name" | "description" | "organization" | "status" }
  | { readonly type: "handRemove"; readonly project: number }
  | { readonly type: "damage"; readonly project: number }
  | { readonly type: "copyRow"; readonly project: number }
  | { readonly type: "backup" }
  | { readonly type: "restore" }
  | { readonly type: "empty" }
  | { readonly type: "wait"; readonly seconds: number }

/** A whole history: how many machines there are, whose clocks are off, and what happens. `ends`: the description that a project has to have in the end. */
export interface History {
  readonly machines: number
  readonly skews: ReadonlyArray<number>
  readonly operations: ReadonlyArray<Operation>
  readonly ends?: { readonly project: number; readonly description: string }
}

const machine = FastCheck.nat(3)
const project = FastCheck.nat(5)
const field = FastCheck.constantFrom<Array<ScalarField>>("description", "description", "description", "organization", "note", "note", "name", "version", "status", "classification", "project_type")
const year = 365 * 24 * 3600 * 1000

const fault = (weight: number): FastCheck.Arbitrary<Fault | undefined> =>
  weight === 0 ? FastCheck.constant(undefined) : FastCheck.oneof(
    { weight: 12, arbitrary: FastCheck.constant(undefined) },
    { weight, arbitrary: FastCheck.record({ type: FastCheck.constant("crash" as const), at: FastCheck.constantFrom(...SyncStep.names) }) },
    { weight, arbitrary: FastCheck.record({ type: FastCheck.constantFrom("fail" as const, "lose" as const), after: FastCheck.nat(3) }) },
    { weight, arbitrary: FastCheck.record({ type: FastCheck.constant("meddle" as const), at: FastCheck.constantFrom("sync-fetch:before" as const, "sync-intent:after" as const, "sync-intent:after" as const, "sync-registry:before" as const), project }) },
    { weight, arbitrary: FastCheck.record({ type: FastCheck.constant("break" as const), changes: FastCheck.nat(3) }) }
  )

const on = <T extends Operation["type"]>(type: T) => ({ type: FastCheck.constant(type), machine })
const about = <T extends Operation["type"]>(type: T) => ({ type: FastCheck.constant(type), machine, project })

type Weighted = FastCheck.WeightedArbitrary<Operation>

const daily = (faults: number): ReadonlyArray<Weighted> => [
  { weight: 9, arbitrary: FastCheck.record(about("scan")) },
  { weight: 12, arbitrary: FastCheck.record({ ...about("edit"), field, clear: FastCheck.constantFrom(false, false, false, false, true) }) },
  { weight: 3, arbitrary: FastCheck.record({ ...about("tag"), tag: FastCheck.nat(3), add: FastCheck.constantFrom(true, true, false) }) },
  { weight: 4, arbitrary: FastCheck.record({ ...about("editFile"), field }) },
  { weight: 1, arbitrary: FastCheck.record(about("initFile")) },
  { weight: 2, arbitrary: FastCheck.record(about("commit")) },
  { weight: 3, arbitrary: FastCheck.record(about("gitPush")) },
  { weight: 3, arbitrary: FastCheck.record(about("gitPull")) },
  { weight: 2, arbitrary: FastCheck.record({ ...about("switch"), branch: FastCheck.nat(1) }) },
  { weight: 2, arbitrary: FastCheck.record(about("moveRepository")) },
  { weight: 2, arbitrary: FastCheck.record(about("remove")) },
  { weight: 1, arbitrary: FastCheck.record(about("removeEverywhere")) },
  { weight: 2, arbitrary: FastCheck.record({ ...about("editElsewhere"), field }) },
  { weight: 3, arbitrary: FastCheck.record({ ...on("fetch"), fault: fault(faults) }) },
  { weight: 9, arbitrary: FastCheck.record({ ...on("pull"), writeFiles: FastCheck.constantFrom(false, false, false, false, true), fault: fault(faults) }) },
  { weight: 14, arbitrary: FastCheck.record({ ...on("push"), force: FastCheck.constantFrom(false, false, false, false, true), fault: fault(faults) }) },
  { weight: 2, arbitrary: FastCheck.record({ ...on("undo"), entry: FastCheck.nat(20), force: FastCheck.boolean() }) },
  { weight: 3, arbitrary: FastCheck.record({ type: FastCheck.constant("handEdit" as const), project, field: FastCheck.constantFrom("name" as const, "description" as const, "description" as const, "organization" as const, "status" as const) }) },
  { weight: 2, arbitrary: FastCheck.record({ type: FastCheck.constant("handAdd" as const), project, stranger: FastCheck.constantFrom(false, false, true) }) },
  { weight: 2, arbitrary: FastCheck.record({ type: FastCheck.constant("wait" as const), seconds: FastCheck.constantFrom(1, 1, 100) }) }
]

const disasters: ReadonlyArray<Weighted> = [
  { weight: 1, arbitrary: FastCheck.record(on("copyHome")) },
  { weight: 1, arbitrary: FastCheck.record(about("copyFolder")) },
  { weight: 2, arbitrary: FastCheck.record({ type: FastCheck.constant("handRemove" as const), project }) },
  { weight: 2, arbitrary: FastCheck.record({ type: FastCheck.constant("damage" as const), project }) },
  { weight: 1, arbitrary: FastCheck.record({ type: FastCheck.constant("copyRow" as const), project }) },
  { weight: 2, arbitrary: FastCheck.constant({ type: "backup" as const }) },
  { weight: 1, arbitrary: FastCheck.constant({ type: "restore" as const }) },
  { weight: 1, arbitrary: FastCheck.constant({ type: "empty" as const }) }
]

/** Of any length, so that a history that fails can be made as short as it goes: 36 on average. */
const histories = (operations: ReadonlyArray<Weighted>): FastCheck.Arbitrary<History> =>
  FastCheck.record({
    machines: FastCheck.constantFrom(2, 2, 2, 3, 3, 4),
    skews: FastCheck.array(FastCheck.constantFrom(0, 0, year, -year), { minLength: 4, maxLength: 4 }),
    operations: FastCheck.array(FastCheck.oneof<Array<Weighted>>(...operations), { maxLength: 72, size: "max" })
  })

/** A quarter of the histories is calm, a quarter only loses requests and crashes, half of them meets disasters too. */
export const history: FastCheck.Arbitrary<History> = FastCheck.oneof(
  { weight: 1, arbitrary: histories(daily(0)) },
  { weight: 1, arbitrary: histories(daily(1)) },
  { weight: 2, arbitrary: histories([...daily(1), ...disasters]) }
)
