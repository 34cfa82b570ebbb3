#!/bin/sh
# Checks the optimised products against the portable ones: on this processor, and for ARM (with and without dot-product
# instructions) under an emulator where there is one. Debian's packages for that: gcc-aarch64-linux-gnu, qemu-user-static.
# With sanitisers (slow to compile): CFLAGS="-g -fsanitize=address,undefined" Scripts/check-kernels.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# compile OPTION...
compile() {
    ${CC:-clang} "$@" -O2 -Wall -Wextra -Werror -I "$root/Sources/CKernels/include" "$root"/Scripts/check-kernels.c \
        "$root"/Sources/CKernels/products*.c "$root"/Sources/CKernels/decoding*.c "$root"/Sources/CKernels/processor.c -lm -o "$work/check"
}

echo "This processor:"
# shellcheck disable=SC2086 -- a list of options
compile ${CFLAGS-}
"$work/check"

case $(uname -m) in aarch64 | arm64) exit 0 ;; esac
if ! emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64); then
    echo "There is no emulator for ARM (qemu-aarch64): its kernels were not checked."
    exit 0
fi
for architecture in armv8-a armv8.2-a+dotprod; do
    echo "Emulated $architecture:"
    compile --target=aarch64-linux-gnu --gcc-toolchain=/usr -isystem /usr/aarch64-linux-gnu/include -static -fuse-ld=bfd \
        -march=$architecture
    "$emulator" "$work/check"
done
