#!/bin/sh
# Fetch the data set of this sample (once; kept outside the clone).
. "$(dirname "$0")/../../../01_common/scripts/00_init.sh"
