/**
 * Where tasks and commands run.
 *
 * @module
 */
import type { Platform } from "@dev-infra/taskfile/Task"
import type { RunState } from "./RunState.js"

/** None named: everywhere. */
export const fits = ({ world }: RunState, platforms: ReadonlyArray<Platform>): boolean =>
  platforms.length === 0 || platforms.some(({ arch, os }) => (os === undefined || os === world.os) && (arch === undefined || arch === world.arch))
