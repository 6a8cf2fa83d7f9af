/*
 * npm test: makes the checkout ready, then runs the tests. `npm test -- registry` runs only the files whose path
 * contains `registry`; `--soak` runs the long forms. Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/prepare.cjs")
  .prepare()
  .then(require("./workspace/test.cjs").test)
  .then(null, require("./workspace/child.cjs").endWith)
