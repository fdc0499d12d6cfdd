#!/bin/sh
# Write the calibration data: up to 100 pictures as raw pixels.
. "$(dirname "$0")/../../../01_common/scripts/02_preprocess.sh"
