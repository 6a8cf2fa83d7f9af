/*
 * npm run bench: makes the checkout ready, then runs the benchmarks. `npm run bench -- list` runs only the files
 * whose name contains `list`. Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/prepare.cjs")
  .prepare()
  .then(require("./workspace/bench.cjs").bench)
  .then(null, require("./workspace/child.cjs").endWith)
