#!/bin/bash
# Regenerates the golden encodings: every case of the assembler's tests, with the bytes that GNU as gives it.
# Usage: golden-asm.sh CLASSPATH   (classes and test classes of vitrine-engine); needs java, as and objdump.
set -euo pipefail
classpath=$1
out=$(cd "$(dirname "$0")/../resources/dev/vitrine/engine/asm" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for table in General Moves Floats Integers Shuffles Converts Masks Matrices; do
  java -cp "$classpath" dev.vitrine.engine.asm.Cases "$table" > "$tmp/cases"
  # {load} keeps as from exchanging the operands' roles where that is shorter.
  { echo ".intel_syntax noprefix"; sed -E 's/^vmov.* .mm[0-9]+,.mm[0-9]+$/{load} &/' "$tmp/cases"; } > "$tmp/cases.s"
  as --64 -o "$tmp/cases.o" "$tmp/cases.s"
  objdump -d --insn-width=16 "$tmp/cases.o" |
    sed -nE 's/^ *[0-9a-f]+:\t([0-9a-f ]+[0-9a-f]) *\t.*$/\1/p' | tr -d ' ' > "$tmp/bytes"
  [ "$(wc -l < "$tmp/cases")" = "$(wc -l < "$tmp/bytes")" ] || { echo "$table: as made other instructions than asked for" >&2; exit 1; }
  paste "$tmp/cases" "$tmp/bytes" > "$out/$table.golden"
done
