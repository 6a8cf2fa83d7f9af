/*
 * npm run build: builds every package and the command line. Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/build.cjs")
  .build({ quietly: false })
  .then(null, require("./workspace/child.cjs").endWith)
