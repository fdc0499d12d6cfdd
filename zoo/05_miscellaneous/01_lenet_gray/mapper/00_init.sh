#!/bin/sh
# Fetch the model and say where the pictures belong.
. "$(dirname "$0")/../../../01_common/scripts/00_init.sh"
