/**
 * The files of a project beside those of two versions of its template.
 *
 * @module
 */
import * as Digest from "@dev-infra/git-repositories/Digest"
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Obstacle } from "../ProjectFolder.js"
import { within } from "../rendering/TimeLimit.js"
import { TemplateInvalid } from "../TemplateFailure.js"
import { type MergeFailed, type MergeLabels, TextMerge } from "../TextMerge.js"
import { pending, type PlannedContent, type PlannedFile } from "../UpdatePlan.js"
import { between, type Rename } from "./Renames.js"
import { arePlain, deciding, type Rule, type UpdateRules } from "./Rules.js"
import { decide, decideMerged, type Entry, isEntryBinary, type Nothing, type Open, type Outcome, takeTheirs } from "./ThreeWay.js"

/**
 * What is compared.
 *
 * @category models
 */
export interface CompareOptions {
  /** the recorded version; empty if it is not to be had */
  readonly base: FileTree
  /** the version to come */
  readonly theirs: FileTree
  /** what the project has, at least at all paths of the other two */
  readonly ours: FileTree
  /** paths at which the project has something else than a file */
  readonly obstacles?: ReadonlyMap<string, Obstacle>
  readonly rules: UpdateRules
  /** what the template says of files that got another name */
  readonly renamed: ReadonlyArray<Rename>
  /** what stands behind the markers of conflicts; `theirs` also names the template where it is wrong */
  readonly labels: MergeLabels
}

/** Patterns that take longer than this were made for that. */
const patternMillis = 5_000

/** The project's own description is never a file of a template. */
const isTemplateFile = (path: string): boolean => path !== metadataFileName

/** What is looked at as one file: the same path everywhere, or two paths where it got another name and the project has it under the old one only. */
const entriesOf = ({ base, ours, renamed, theirs }: CompareOptions): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  const done = new Set<string>()
  for (const { from, to } of between(base, theirs, renamed)) {
    const [oursBefore, oursAfter] = [ours.get(from), ours.get(to)]
    // Under both names: each is looked at by itself, as a file that went and a file that came.
    if (!isTemplateFile(from) || !isTemplateFile(to) || (oursBefore !== undefined && oursAfter !== undefined)) continue
    const isOld = oursBefore !== undefined
    entries.push({ path: to, ...(isOld ? { from } : {}), base: base.get(from), theirs: theirs.get(to), ours: isOld ? oursBefore : oursAfter })
    done.add(from).add(to)
  }
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    if (done.has(path) || !isTemplateFile(path)) continue
    entries.push({ path, base: base.get(path), theirs: theirs.get(path), ours: ours.get(path) })
  }
  return entries
}

const contentOf = (file: TreeFile | undefined): PlannedContent | undefined => (file === undefined ? undefined : { mode: file.mode, content: file.content })

const planned = (entry: Entry, rule: Rule | undefined, outcome: Outcome): PlannedFile | undefined => {
  const { from, ours, path, theirs } = entry
  const place = { path, ...(from === undefined ? {} : { from }) }
  const now = { isBinary: isEntryBinary(entry), before: ours === undefined ? undefined : Digest.ofFile(ours), ...(ours === undefined ? {} : { modeBefore: ours.mode }) }
  const sides = { ours: contentOf(ours), theirs: contentOf(theirs) }
  const isPending = pending.has(outcome.class)
  if (rule?._tag === "customised") {
    if (!isPending && outcome.class !== "kept-deleted") return undefined
    return { ...place, class: "customised", ...now, ...(rule.reason === undefined ? {} : { reason: rule.reason }), after: sides.ours }
  }
  const reason = rule?.reason === undefined ? {} : { reason: rule.reason }
  if (rule?._tag === "never" && isPending) return { ...place, class: "never", ...now, ...reason, after: sides.ours }
  if (rule?._tag === "never" && outcome.class === "local") return undefined
  if (rule?._tag === "ask" && isPending) return { ...place, class: "ask", proposed: outcome.class, ...now, ...reason, after: outcome.after, sides }
  const decided = rule?._tag === "always" ? reason : {}
  return { ...place, class: outcome.class, ...now, ...decided, after: outcome.after, ...(outcome.class === "conflict" ? { sides } : {}) }
}

const reasonOf = ({ at, reason }: Obstacle, path: string): string => {
  switch (reason) {
    case "Folder":
      return "a folder lies there"
    case "BelowFile":
      return `${at} is a file`
    case "BelowLink":
      return `${at} is a link, and nothing is read or written through links`
    case "Other":
      return "neither a file nor a link lies there"
    case "TooLarge":
      return "it is larger than 64 MiB"
    case "Unreadable":
      return at === path ? "it cannot be read" : `${at} cannot be read`
  }
}

/** What leaves its place by the update, so that something else can take it. */
const leaving = (files: ReadonlyArray<PlannedFile>): ReadonlySet<string> =>
  new Set(
    files.flatMap((file): ReadonlyArray<string> => {
      if (file.class === "delete") return [file.path]
      return (file.class === "rename" || file.class === "conflict") && file.from !== undefined ? [file.from] : []
    })
  )

/** No fewer are listed if there are more. */
const allListed = 1000

const isCleared = ({ at, files, reason }: Obstacle, gone: ReadonlySet<string>): boolean => {
  if (reason === "Folder") return files !== undefined && files.length < allListed && files.every((path) => gone.has(path))
  return (reason === "BelowFile" || reason === "BelowLink") && gone.has(at)
}

interface Obstructed {
  readonly entry: Entry
  readonly obstacle: Obstacle
}

/**
 * Those whose obstacle leaves by the update itself: a file becomes a folder, or the other way round. Files that are renamed may make way for each other, or for
 * themselves (`bin` becomes `bin/run`), so all are taken to leave until one is found that cannot.
 */
const clearedBy = (gone: ReadonlySet<string>, obstructed: ReadonlyArray<Obstructed>, ruleOf: (entry: Entry) => Rule | undefined): ReadonlySet<Obstructed> => {
  let candidates = obstructed
  for (;;) {
    const moving = candidates.flatMap(({ entry }) => {
      const rule = ruleOf(entry)
      return entry.from !== undefined && (rule === undefined || rule._tag === "always") ? [entry.from] : []
    })
    const all = new Set([...gone, ...moving])
    const next = candidates.filter(({ obstacle }) => isCleared(obstacle, all))
    if (next.length === candidates.length) return new Set(next)
    candidates = next
  }
}

const blocked = ({ base, path, theirs }: Entry, obstacle: Obstacle): PlannedFile | undefined =>
  theirs === undefined ? undefined : { path, class: "local", isBinary: isEntryBinary({ path, base, theirs, ours: undefined }), reason: reasonOf(obstacle, path), before: undefined, after: undefined }

const isOpen = (decision: Outcome | Open | Nothing): decision is Open => typeof decision === "object" && "input" in decision

/** For a file that is left alone it does not matter how changes fit together. */
const whatever: Outcome = { class: "merge", after: undefined }

const settle = (
  entries: ReadonlyArray<Entry>,
  ruleOf: (entry: Entry) => Rule | undefined,
  labels: MergeLabels
): Effect.Effect<ReadonlyArray<PlannedFile>, MergeFailed, TextMerge> =>
  Effect.gen(function*() {
    const merge = yield* TextMerge
    const decisions = entries.map((entry) => {
      const rule = ruleOf(entry)
      const decision = rule?._tag === "always" ? takeTheirs(entry) : decide(entry)
      const isSkipped = rule?._tag === "customised" || rule?._tag === "never"
      return { entry, rule, decision: isOpen(decision) && isSkipped ? whatever : decision }
    })
    const open = decisions.flatMap(({ decision }) => (isOpen(decision) ? [decision.input] : []))
    const merged = [...(open.length === 0 ? [] : yield* merge.mergeAll(open, labels))]
    return decisions.flatMap(({ decision, entry, rule }): ReadonlyArray<PlannedFile> => {
      const result = isOpen(decision) ? merged.shift() : undefined
      const outcome = isOpen(decision) ? (result === undefined ? "nothing" : decideMerged(entry, decision.mode, result)) : decision
      const file = outcome === "nothing" ? undefined : planned(entry, rule, outcome)
      return file === undefined ? [] : [file]
    })
  })

const rulesFor = (entries: ReadonlyArray<Entry>, { labels, rules }: CompareOptions): Effect.Effect<ReadonlyMap<Entry, Rule | undefined>, TemplateInvalid> =>
  Effect.suspend(() => {
    const ruleOf = deciding(rules)
    const find = () => new Map(entries.map((entry) => [entry, ruleOf(entry.from === undefined ? [entry.path] : [entry.path, entry.from])] as const))
    // Watching the time takes a thread.
    const found = arePlain(rules) ? Either.right(find()) : within(patternMillis, find)
    return Either.mapLeft(found, () => new TemplateInvalid({ source: labels.theirs, problems: [{ path: "template.yml", problem: "the patterns under sync take too long" }] }))
  })

/**
 * What would become of each file, sorted by path. See `Planning.compare`.
 *
 * @category comparing
 */
export const compare = (options: CompareOptions): Effect.Effect<ReadonlyArray<PlannedFile>, MergeFailed | TemplateInvalid, TextMerge> =>
  Effect.gen(function*() {
    const { labels, obstacles = new Map<string, Obstacle>() } = options
    const entries = entriesOf(options)
    const rules = yield* rulesFor(entries, options)
    const ruleOf = (entry: Entry) => rules.get(entry)
    const obstacleOf = (entry: Entry) => obstacles.get(entry.path) ?? obstacles.get(entry.from ?? entry.path)
    const obstructed = entries.flatMap((entry): ReadonlyArray<Obstructed> => {
      const obstacle = obstacleOf(entry)
      return obstacle === undefined ? [] : [{ entry, obstacle }]
    })
    const free = yield* settle(entries.filter((entry) => obstacleOf(entry) === undefined), ruleOf, labels)
    const cleared = clearedBy(leaving(free), obstructed, ruleOf)
    const files = [
      ...free,
      ...(yield* settle(obstructed.filter((one) => cleared.has(one)).map(({ entry }) => entry), ruleOf, labels)),
      ...obstructed.filter((one) => !cleared.has(one)).flatMap(({ entry, obstacle }): ReadonlyArray<PlannedFile> => {
        const file = blocked(entry, obstacle)
        return file === undefined ? [] : [file]
      })
    ]
    return files.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0))
  })
