#!/bin/sh
# Accuracy over the data set. Usage: 05_evaluate.sh [origin] [test] [-p N]   (origin: the float model; test: the short list)
. "$(dirname "$0")/../../../01_common/scripts/05_evaluate.sh"
