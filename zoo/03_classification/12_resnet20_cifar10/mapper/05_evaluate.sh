#!/bin/sh
# Accuracy over the data set. Usage: 05_evaluate.sh [origin] [test]   (test: the first 100 pictures only)
. "$(dirname "$0")/../../../01_common/scripts/05_evaluate.sh"
