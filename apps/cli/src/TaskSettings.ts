/**
 * What `dev-infra task` and the `task` within its commands know of each other, by way of the environment.
 *
 * @module
 */

/** The variable that carries it. @category models */
export const variable = "DEV_INFRA_TASK_SETTINGS"

/** @category models */
export interface TaskSettings {
  /** SHA-256 of the content of Taskfiles whose warnings were shown */
  readonly warned: ReadonlyArray<string>
  readonly frozen: boolean
  readonly trust: boolean
}

const none: TaskSettings = { warned: [], frozen: false, trust: false }

/** As the environment says it; anything else in there is nothing. @category reading */
export const read = (environment: { readonly [name: string]: string | undefined }): TaskSettings => {
  const text = environment[variable]
  if (text === undefined) return none
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== "object" || found === null) return none
    const warned = "warned" in found && Array.isArray(found.warned) ? found.warned.filter((hash): hash is string => typeof hash === "string") : []
    return { warned, frozen: "frozen" in found && found.frozen === true, trust: "trust" in found && found.trust === true }
  } catch {
    return none
  }
}

/** For the environment of children. @category writing */
export const write = (settings: TaskSettings): string => JSON.stringify({ ...settings, warned: settings.warned.slice(-20) })
