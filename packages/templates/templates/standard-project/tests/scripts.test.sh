#!/bin/sh
# The scripts are there and can be run. Replace this by tests of what the project does.
set -eu
cd "$(dirname "$0")/.."

for script in setup test check; do
  [ -x "scripts/$script" ] || { echo "scripts/$script cannot be run"; exit 1; }
done
scripts/setup
scripts/check
