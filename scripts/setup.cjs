/*
 * Makes the checkout ready to run: installs the dependencies if the lockfile changed, builds what changed.
 * Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/prepare.cjs")
  .prepare()
  .then(null, require("./workspace/child.cjs").endWith)
