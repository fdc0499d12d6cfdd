#!/bin/sh
# Run one picture. Usage: 04_inference.sh [origin] [--image FILE]   (origin: the float model)
. "$(dirname "$0")/../../../01_common/scripts/04_inference.sh"
