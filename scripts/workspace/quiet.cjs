/*
 * The environment in which tools run: nothing phones home, nothing advertises a newer version.
 */
"use strict"

const quiet = {
  DO_NOT_TRACK: "1",
  NO_UPDATE_NOTIFIER: "1",
  TURBO_CACHE: "local:rw",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_loglevel: "silent",
  npm_config_update_notifier: "false"
}

/** npm settings of the caller that would install something else than the lockfile says, or nothing at all. */
const misleading = /^npm_config_(?:also|dry_run|global|include|include_workspace_root|install_links|location|omit|only|optional|package_lock|package_lock_only|prefix|production|workspace|workspaces)$/i

/** Our own environment with the noise switched off. */
const quietEnvironment = () => ({ ...process.env, ...quiet })

/** The same for npm, without what the caller's settings would change about an installation. */
const npmEnvironment = () =>
  Object.fromEntries(Object.entries(quietEnvironment()).filter(([name]) => !misleading.test(name)))

module.exports = { npmEnvironment, quietEnvironment }
