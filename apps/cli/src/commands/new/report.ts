/**
 * What became of a new project, for people and for programs.
 *
 * @module
 */
import * as Creation from "@dev-infra/templates/Creation"
import type { GitOutcome } from "@dev-infra/templates/GitSetup"
import type { TemplateSource as Source } from "@dev-infra/templates/TemplateSource"
import * as TemplateSource from "@dev-infra/templates/TemplateSource"
import * as Effect from "effect/Effect"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { type SafeText, text } from "../../SafeText.js"
import { many } from "../../SyncText.js"
import type { NewInput } from "./command.js"

/** A source as it is typed. @category texts */
export const sourceText = (source: Source): string => TemplateSource.toText(source)

const templateOf = ({ snapshot }: Creation.CreationPlan) => ({
  template: snapshot.name,
  version: snapshot.version,
  source: TemplateSource.toText(snapshot.source, { ref: false }),
  commit: snapshot.commit
})

const modes = { file: "", executable: "executable", symlink: "link" } as const

/** The template with its version, if it has one. */
const fromText = ({ snapshot: { name, version } }: Creation.CreationPlan): string => (version === "unknown" ? name : `${name} ${version}`)

/** What would be made. @category printing */
export const foreseen = (input: NewInput, plan: Creation.CreationPlan) =>
  Effect.gen(function* () {
    const output = yield* Output
    const files = [...(yield* Creation.filesOf(plan)).values()]
    if (input.json) {
      yield* output.json({
        dry_run: true,
        name: plan.name,
        path: plan.target,
        ...templateOf(plan),
        answers: plan.answers,
        files: files.map(({ content, mode, path }) => ({ path, mode, size: content.length }))
      })
    } else {
      yield* output.table({
        columns: [{ title: "FILE", shorten: "path" }, { title: "BYTES", align: "right" }, { title: "MODE" }],
        rows: files.map(({ content, mode, path }) => [path, String(content.length), modes[mode]])
      })
    }
    yield* output.message(text`Would make ${plan.name} (${plan.target}) from ${fromText(plan)}: ${many(files.length, "file")}.`)
  })

const gitText = (git: GitOutcome): SafeText => {
  switch (git._tag) {
    case "Committed":
      return text`Committed all of it, on branch ${git.branch}.`
    case "NoGit":
      return text`There is no git, so no repository was made: ${git.detail}.`
    case "NotCommitted":
      return git.reason === "NoIdentity"
        ? text`Made no commit, because git does not know who you are; git config --global user.name NAME and user.email ADDRESS say so, then: git commit -m ${"'Create project'"}`
        : text`Made no commit, because git refused: ${git.detail}`
  }
}

const gitForScripts = (git: GitOutcome | undefined) => {
  if (git === undefined) return { state: "not-wanted" }
  switch (git._tag) {
    case "Committed":
      return { state: "committed", commit: git.commit, branch: git.branch }
    case "NoGit":
      return { state: "no-git", detail: git.detail }
    case "NotCommitted":
      return { state: "not-committed", reason: git.reason === "NoIdentity" ? "no-identity" : "refused", detail: git.detail }
  }
}

/** What was made. @category printing */
export const made = (input: NewInput, plan: Creation.CreationPlan, { git, github, outcome, path }: Creation.Created) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { project } = outcome
    if (input.json) {
      yield* output.json({
        dry_run: false,
        id: project.id,
        name: project.name,
        path,
        ...templateOf(plan),
        answers: plan.answers,
        files: plan.files.size + 1,
        git: gitForScripts(git),
        ...(github === undefined ? {} : { github })
      })
    } else if (!output.isTerminal) yield* output.plain(path, "\n")
    yield* output.message(text`Made ${plan.name} (${path}) from ${fromText(plan)}: ${many(plan.files.size + 1, "file")}.`)
    if (git !== undefined) yield* output.message(gitText(git))
    if (github !== undefined) yield* output.message(text`Published ${github}.`)
    else if (input.github) yield* output.message(text`Made no repository on GitHub, because there is none here.`)
    for (const line of plan.message?.trimEnd().split("\n") ?? []) yield* output.message(text`${line}`)
    yield* output.message(yield* Next.line("show", project.id))
  })
