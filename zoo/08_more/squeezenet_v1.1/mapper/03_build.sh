#!/bin/sh
# Calibrate and quantize; the models land in model_output/.
. "$(dirname "$0")/../../../01_common/scripts/03_build.sh"
