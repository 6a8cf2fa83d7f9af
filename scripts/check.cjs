/*
 * npm run check: makes the checkout ready, then checks types, lint, boundaries, dead code, packages and the examples
 * of the documentation. `npm run check -- lint types` runs only those. Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/prepare.cjs")
  .prepare()
  .then(require("./workspace/check.cjs").check, require("./workspace/check.cjs").checkUnbuilt)
  .then(null, require("./workspace/child.cjs").endWith)
