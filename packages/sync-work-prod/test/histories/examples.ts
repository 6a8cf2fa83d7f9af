/** Short histories, each for something that is rare among random ones. */
import type { Fault, History, Operation, ScalarField } from "./Operation.js"

const scan = (machine: number, project: number): Operation => ({ type: "scan", machine, project })
const push = (machine: number, fault?: Fault): Operation => ({ type: "push", machine, force: false, fault })
const pull = (machine: number, fault?: Fault, writeFiles = false): Operation => ({ type: "pull", machine, writeFiles, fault })
const fetch = (machine: number): Operation => ({ type: "fetch", machine })
const edit = (machine: number, project: number, field: ScalarField = "description"): Operation => ({ type: "edit", machine, project, field, clear: false })
const hand = (project: number): Operation => ({ type: "handEdit", project, field: "description" })
const tag = (machine: number, project: number, number: number): Operation => ({ type: "tag", machine, project, tag: number, add: true })
const file = (machine: number, project: number): Operation => ({ type: "editFile", machine, project, field: "description" })

/** Both machines know it, and agree. */
const shared = (project: number): ReadonlyArray<Operation> => [scan(0, project), push(0), fetch(1), scan(1, project), push(1), pull(0)]

const of = (...operations: ReadonlyArray<Operation | ReadonlyArray<Operation>>): History => ({ machines: 2, skews: [0, 365 * 24 * 3600 * 1000, 0, 0], operations: operations.flat() })

const ending = (description: string, ...operations: ReadonlyArray<Operation | ReadonlyArray<Operation>>): History => ({ ...of(...operations), ends: { project: 0, description } })

/** A project is put away and brought back, while people look at its row. */
const status = (number: number): ReadonlyArray<Operation> => Array.from({ length: number }, (): ReadonlyArray<Operation> => [edit(0, 0, "status"), push(0), { type: "handEdit", project: 0, field: "status" }, pull(0)]).flat()

export const examples: { readonly [what: string]: History } = {
  "an edit travels": of(shared(0), edit(0, 0), push(0), pull(1), edit(1, 0), push(1), pull(0)),
  "two edits of one field": of(shared(0), edit(0, 0), edit(1, 0), push(0), pull(1), push(1), pull(0)),
  "two edits of one field, and no pull before the push": of(shared(0), edit(0, 0), edit(1, 0), push(0), push(1), pull(0)),
  "edits of different fields": of(shared(0), edit(0, 0), edit(1, 0, "note"), push(0), push(1), pull(0), pull(1)),
  "tags of both sides": of(shared(0), tag(0, 0, 0), push(0), tag(1, 0, 1), push(1), pull(0), pull(1)),
  "a tag that is taken away": of(shared(0), tag(0, 0, 0), push(0), pull(1), { type: "tag", machine: 1, project: 0, tag: 0, add: false }, push(1), pull(0), push(0)),
  "every status, here and by hand": of(scan(0, 0), push(0), status(7)),
  "one project on two machines that never met": of(scan(0, 0), scan(1, 0), edit(1, 0), push(0), push(1), pull(0)),
  "what the index knows of a new project": of(scan(0, 0), edit(0, 0, "name"), edit(0, 0, "status"), push(0), scan(1, 0), push(1), pull(1)),
  "an edit by hand": of(shared(0), hand(0), pull(0), push(1), pull(1)),
  "an edit by hand between two edits of files": of(shared(1), hand(1), pull(0), push(0), file(0, 1), push(0), pull(1)),
  "a file on another branch": of(shared(1), { type: "switch", machine: 0, project: 1, branch: 1 }, file(0, 1), push(0), pull(0), pull(1)),
  "a file that was changed after the registry": of(shared(1), edit(0, 1), file(0, 1), push(0), pull(1)),
  "a value for a file": of(shared(1), hand(1), pull(0, undefined, true), push(0), pull(1)),
  "a lost answer, and an edit by another machine before it is found out": of(shared(0), edit(0, 0), push(0, { type: "lose", after: 1 }), fetch(1), pull(1), edit(1, 0), push(1), push(0), pull(0)),
  "a lost answer, and another edit of the same field": of(shared(0), edit(0, 0), push(0, { type: "lose", after: 1 }), pull(1), edit(1, 0), push(1), pull(0), push(0)),
  "a lost answer to many": of(scan(0, 0), scan(0, 1), scan(0, 2), scan(0, 3), push(0, { type: "break", changes: 2 }), push(0), push(0)),
  "a crash between the registry and the base of a pull": of(shared(0), edit(0, 0), push(0), pull(1, { type: "crash", at: "sync-registry:after" }), edit(1, 0), push(1)),
  "a crash before the registry of a pull": of(shared(0), edit(0, 0), push(0), pull(1, { type: "crash", at: "sync-registry:before" }), pull(1), push(1)),
  "a crash after the request": of(shared(0), edit(0, 0), push(0, { type: "crash", at: "sync-snapshot:before" }), pull(1), edit(1, 0), push(1), push(0)),
  "an edit by hand during a push": of(shared(0), edit(0, 0, "note"), push(0, { type: "meddle", at: "sync-intent:after", project: 0 }), push(0), pull(1)),
  "an edit by hand of the field that is being pushed": of(shared(0), edit(0, 0), push(0, { type: "meddle", at: "sync-intent:after", project: 0 }), push(0), pull(1)),
  "a row that was removed": of(shared(0), edit(0, 0), { type: "handRemove", project: 0 }, push(0), push(1), pull(0), pull(1)),
  "a row that was removed before anybody heard of it": of(scan(0, 2), push(0, { type: "fail", after: 2 }), { type: "handRemove", project: 2 }, push(0)),
  "a row that was removed and made again by hand": of(scan(1, 3), push(1), { type: "handRemove", project: 3 }, { type: "handAdd", project: 3, stranger: false }, push(1)),
  "a row by hand for where a repository moved to": of(scan(0, 0), scan(1, 0), { type: "moveRepository", machine: 1, project: 0 }, { type: "handAdd", project: 0, stranger: false }, push(0), push(1)),
  "a removal everywhere": of(shared(0), { type: "removeEverywhere", machine: 0, project: 0 }, push(0), push(1), pull(1), push(1)),
  "a removal that is taken back": of(shared(0), { type: "removeEverywhere", machine: 0, project: 0 }, scan(0, 0), push(0), pull(1), push(1)),
  "a project that is not here any more": of(shared(0), { type: "remove", machine: 1, project: 0 }, push(1), pull(0), push(0)),
  "an edit of a project that is elsewhere": of(scan(0, 0), push(0), fetch(1), { type: "editElsewhere", machine: 1, project: 0, field: "description" }, push(1), pull(0)),
  "a copied folder": of(scan(0, 0), push(0), { type: "copyFolder", machine: 1, project: 0 }, push(1), edit(1, 0), push(1), pull(0)),
  "a repository that moved": of(shared(0), { type: "moveRepository", machine: 0, project: 0 }, push(0), pull(1), push(1)),
  "a repository that moved before anybody else heard of it, cloned from there": of(scan(1, 4), push(1), { type: "moveRepository", machine: 1, project: 4 }, scan(0, 4)),
  "rows of others": of({ type: "handAdd", project: 0, stranger: true }, { type: "handAdd", project: 0, stranger: true }, scan(0, 5), scan(1, 5), push(0), push(1)),
  "a row that somebody made for the project": of({ type: "handAdd", project: 0, stranger: false }, hand(0), scan(0, 0), push(0), scan(1, 0), push(1), pull(0), pull(1)),
  "a backup that was put back": of(shared(0), { type: "backup" }, edit(0, 0), push(0), pull(1), { type: "restore" }, push(0), pull(1), pull(0)),
  "a backup that was put back, and a pull": ending("description-1. ü🚀", shared(0), { type: "backup" }, edit(0, 0), push(0), { type: "restore" }, pull(0), push(0), pull(1)),
  "a server that was emptied": of(shared(0), { type: "empty" }, push(0), push(1), pull(0)),
  "a damaged row": of(shared(0), edit(0, 0, "note"), push(0), { type: "damage", project: 0 }, push(0), pull(1)),
  "a copied row": of(shared(0), { type: "copyRow", project: 0 }, edit(0, 0), push(0), push(1), pull(1)),
  "a copied home": of(shared(0), edit(0, 0), { type: "copyHome", machine: 0 }, push(0), push(2), pull(2), pull(1)),
  "an undo": of(shared(0), edit(0, 0), edit(1, 0), push(0), push(1), { type: "undo", machine: 1, entry: 0, force: true }, push(1), pull(0))
}
