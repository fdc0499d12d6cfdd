#!/bin/sh
# Is every operator of the float model supported by the chip? Nothing is written but the log.
. "$(dirname "$0")/../../../01_common/scripts/01_check.sh"
