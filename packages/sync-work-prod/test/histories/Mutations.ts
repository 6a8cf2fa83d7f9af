/**
 * Mistakes that somebody could make in a line of sync. The histories have to notice each of them.
 *
 * `before` has to be in the file exactly once: a mistake in a line that is not there any more is none.
 */

/** `file` is below the folder of packages. */
export interface Mutation {
  readonly breaks: string
  readonly file: string
  readonly before: string
  readonly after: string
}

const sync = (file: string, breaks: string, before: string, after: string): Mutation => ({ breaks, file: `sync/src/${file}`, before, after })
const adapter = (file: string, breaks: string, before: string, after: string): Mutation => ({ breaks, file: `sync-work-prod/src/${file}`, before, after })

export const mutations: ReadonlyArray<Mutation> = [
  sync("FieldCompare.ts", "an edit of another machine counts as a conflict", `if (isBaseKnown && isEqual(field, local, base)) return { ...values, state: "behind" }`, ``),
  sync("FieldCompare.ts", "the value of the remote is never replaced", `if (isBaseKnown && isEqual(field, remote, base)) return { ...values, state: "ahead" }`, `if (isBaseKnown && isEqual(field, remote, base)) return { ...values, state: "behind" }`),
  sync("FieldCompare.ts", "of two edits that of the index stands", `state: remote === undefined ? "ahead" : "conflict" }`, `state: remote === undefined ? "ahead" : "behind" }`),
  sync("FieldCompare.ts", "tags are overwritten instead of merged", `|| (here.has(item) && there.has(item))`, `|| here.has(item)`),
  sync("FieldCompare.ts", "what one side added to a set is dropped", `growingFields.has(field) || !before.has(item) ||`, `growingFields.has(field) ||`),
  sync("FieldCompare.ts", "the base moves for fields that were not sent", `if (!Object.hasOwn(settled, field)) open[field] =`, `if (false) open[field] =`),
  sync("PullPlan.ts", "Y5: the other value of a conflict is not logged", `passed.push({ field, old: state.remote, new: state.local, side: "remote", conflict: true })`, ``),
  sync("PullPlan.ts", "Y5: what a pull replaces is not logged", `if (state.local !== null && state.merged === undefined) passed.push(`, `if (false) passed.push(`),
  sync("PullPlan.ts", "Y12: a pull writes fields that a file has", `if (state.arrivesWithGit === true && !(writeFiles && pair.view.file?.branch === undefined)) continue`, ``),
  sync("PullPlan.ts", "a conflict is one for ever", `from here on the local one is ahead of it.
      settled[field] = state.remote`, ``),
  sync("Survey.ts", "Y3: an intent that arrived is no base", `if (counter >= intent.counter) bases[id] =`, `if (counter < 0) bases[id] =`),
  sync("Survey.ts", "Y3: the counter is ignored: what never arrived is a base", `if (counter >= intent.counter) bases[id] =`, `bases[id] =`),
  sync("Survey.ts", "Y15: a server that went back in time is believed", `< link.confirmed ? entry.fields : link.fields`, `< 0 ? entry.fields : link.fields`),
  sync("Survey.ts", "Y1: derived values are edits", `? LocalView.derivedBase(`, `? void LocalView.derivedBase(`),
  sync("Survey.ts", "Y14: what was deleted elsewhere is created again", `return sides.tellsDeletions ? { view, state: "local only" } : deletedElsewhere(view)`, `return { view, state: "local only" }`),
  sync("Matching.ts", "Y8: the same id with another repository is the same project", `same?.has(id) === true || !contradicts(local, entry)) return true`, `same?.has(id) === true || entry !== undefined) return true`),
  sync("Matching.ts", "Y7: a row matches by its path alone", `.filter((row) => row.fields["name"] === local.project.name)`, ``),
  sync("Matching.ts", "Y7: the repository does not tell that it is the same project", `if (repository !== undefined && isOpen(local)) take(`, `if (repository === undefined && isOpen(local)) take(`),
  sync("LocalView.ts", "Y13: what a file says on another branch is sent", `return file.branch === undefined ? onDefaultBranch(`, `return file !== undefined ? onDefaultBranch(`),
  sync("SharedFields.ts", "what is of this machine only is shared", `"work_prod_id", "last_sync", "local"])`, `"work_prod_id", "last_sync"])`),
  sync("PushPlan.ts", "a place that is not there any more stays in the index", `if (entry.uid === null || pathOn(entry, machine) === undefined) continue`, `if (entry !== undefined) continue`),
  sync("PushPlan.ts", "a place is not told", `if (fields.length === 0 && !location && !isAdopted`, `if (fields.length === 0 && !isAdopted`),
  sync("engine/Home.ts", "Y5: what a file overrides is not logged", `return old === undefined || old === null ? [] : [{ time, command, kind: "overridden" as const`, `return old !== undefined || old !== null ? [] : [{ time, command, kind: "overridden" as const`),
  sync("engine/Sending.ts", "Y5: what a push overrides is not logged", `services.log.append(sending.flatMap(`, `services.log.append([].flatMap(`),
  sync("engine/Sending.ts", "Y3: nothing is noted before it is sent", `(stored) => withIntents(stored, last, intents)`, `(stored) => withIntents(stored, last, {})`),
  sync("engine/Pull.ts", "Y2: the base moves before the registry", `const patched = takes.filter(`, `yield* services.state.modify((document) => remember(document, instance, home.machine, (stored) => Linking.withBases(stored, bases, [])))
    const patched = takes.filter(`),
  sync("engine/Undo.ts", "an undo puts back what stands already", `const patch = { [record.field]: record.old ??`, `const patch = { [record.field]: record.new ??`),
  adapter("row/Columns.ts", "Y16: the envelope wins over a column that a person edited", `if (unit.columns.every((column) => columns[column] === made[column] || (has(overrides.as, column) && overrides.as[column] === columns[column]))) fields = meant`, `fields = made === undefined ? fields : meant`),
  adapter("Envelope.ts", "Y17: the human text before the envelope is lost", "`${text === null ? \"\" : `${text}${separator}`}${opening}", "`${text === null ? \"\" : `${separator}`}${opening}"),
  adapter("v030/Mapping030.ts", "the places of other machines are lost", `const joined = [...own, ...others`, `const joined = [...others`),
  adapter("v030/Mapping030.ts", "Y14: a deletion is a row like any other", `(columns.status === "cancelled" ? extras.deleted : null)`, `(columns.status === "cancelled" ? null : extras.deleted)`),
  adapter("v030/Change030.ts", "what somebody wrote meanwhile is overwritten", `if (!isAsSeen(row, entry)) return Either.left(stale(row))`, ``),
  adapter("ours/SendBatch.ts", "what somebody wrote meanwhile is overwritten", `item: { uid: own, if_match: etag, project:`, `item: { uid: own, project:`),
  adapter("remote/FetchRows.ts", "deletions are not told", `else deletions.set(key,`, `else new Map<string, RemoteDeletion>().set(key,`)
]
