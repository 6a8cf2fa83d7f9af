/**
 * Everything that updates of many projects take.
 *
 * @module
 */
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { FleetJournal } from "@dev-infra/templates/FleetJournal"
import * as FleetJournalFile from "@dev-infra/templates/FleetJournalFile"
import * as GitHub from "@dev-infra/templates/GitHub"
import type { GitHubPulls } from "@dev-infra/templates/GitHubPulls"
import * as GitHubPullsLive from "@dev-infra/templates/GitHubPullsLive"
import type { RecordedTemplates } from "@dev-infra/templates/RecordedTemplates"
import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
import * as Layer from "effect/Layer"
import type { GlobalFlags } from "./GlobalFlags.js"
import type { Surroundings } from "./Surroundings.js"
import * as UpdateServices from "./UpdateServices.js"
import type { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type FleetServices = UpdateServices.UpdateServices | FleetJournal | GitHub.GitHub | GitHubPulls | RecordedTemplates

/** The journal of fleets, GitHub, and all that the update of one project takes. Building it touches no file. @category layers */
export const layer: Layer.Layer<FleetServices, HomeUnusable | UsageError, GlobalFlags | Surroundings> = Layer.mergeAll(
  FleetJournalFile.layer,
  GitHub.layer,
  GitHubPullsLive.layer,
  RecordedTemplatesLive.layer
).pipe(Layer.provideMerge(UpdateServices.layer))
