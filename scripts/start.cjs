/*
 * npm start: makes the checkout ready, then does the main job of the command line, `dev-infra up`.
 * What stands after `npm start --` goes to `dev-infra up`. Old syntax on purpose: see requirements.cjs.
 */
"use strict"

require("./requirements.cjs").check()
require("./workspace/prepare.cjs")
  .prepare()
  .then(require("./workspace/start.cjs").start)
  .then(null, require("./workspace/child.cjs").endWith)
