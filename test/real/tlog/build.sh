#!/usr/bin/env bash
# Builds what npm run witness:test runs against: another's witness (litewitness; 0.10 wants Go 1.27) and another's verifier, into the folder given. Once for a machine.
set -euo pipefail
to=$1
command -v go >/dev/null || { echo 'there is no Go'; exit 1; }
mkdir -p "$to"
GOBIN=$to go install filippo.io/torchwood/cmd/litewitness@v0.9.0
GOBIN=$to go install filippo.io/torchwood/cmd/witnessctl@v0.9.0
cd "$(dirname "$0")"
go build -mod=mod -o "$to/tlog" .
