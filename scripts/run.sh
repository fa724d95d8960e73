#!/bin/sh
# Runs a task on a machine that may have none of what it needs:
#
#   sh scripts/run.sh replicate          # the main job, preset small
#   sh scripts/run.sh test               # all tests
#
# Looks for Deno 2.9 or newer and, on Linux, for a Vulkan driver; installs what is missing where it may
# (Deno into .deno/ beside this checkout's deno.json, the driver by apt-get as root), else says what to do.
# Whoever has both runs `deno task replicate` and `deno task test` directly. What `run.sh bundle` made brings
# Deno, all packages and a Vulkan loader along in .deno/, and then nothing is fetched.
set -eu

DENO_PINNED=2.9.6
DRIVER=mesa-vulkan-drivers

say() { printf '%s\n' "$*" >&2; }

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

if [ $# -eq 0 ]; then
  say "Usage: sh scripts/run.sh TASK [arguments], for example: sh scripts/run.sh replicate --help"
  exit 1
fi

# Prints nothing; true where $1 is a Deno of version 2.9 or newer.
new_enough() {
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#deno }
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case "$major$minor" in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -ge 9 ]; }
}

# Prints the path of the executable that npm put under .deno/. The package `deno` itself is a Node wrapper:
# killing that would leave Deno alive.
installed_deno() {
  for candidate in "$root"/.deno/node_modules/@deno/*/deno; do
    if new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

find_deno() {
  [ -d "$root/.deno/cache" ] && installed_deno && return 0
  if new_enough deno; then
    command -v deno
    return 0
  fi
  installed_deno && return 0
  if command -v npm >/dev/null 2>&1; then
    say "Installing Deno $DENO_PINNED from npm into .deno/ ..."
    npm install --prefix "$root/.deno" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
      "deno@$DENO_PINNED" >&2 && installed_deno && return 0
    say "Cannot install Deno: npm left no working program in .deno/: see its messages above, or install"
  else
    say "Cannot start: expected Deno 2.9 or newer, or npm to install it, but found neither: install"
  fi
  say "Deno from https://docs.deno.com/runtime/getting_started/installation/ or Node with npm, and run this again."
  return 1
}

# Sets `adapter` to the name of the Vulkan adapter, or fails. An OpenGL adapter may answer as well, but it
# lacks the subgroup operations, so it must not count.
vulkan_answers() {
  adapter=$(DENO_WEBGPU_BACKEND=vulkan XDG_RUNTIME_DIR=/tmp \
    "$deno" run --no-config --no-lock --quiet scripts/probe_adapter.ts)
}

# Tries what a driver in a container may lack: a loader, which a bundle brings, and a description where loaders look.
hidden_driver() {
  if [ -e "$root/.deno/lib/libvulkan.so.1" ]; then
    LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$root/.deno/lib
    export LD_LIBRARY_PATH
    vulkan_answers && return 0
  fi
  [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] || return 1
  for VK_DRIVER_FILES in /usr/local/nvidia/share/vulkan/icd.d/*.json /opt/amdgpu/share/vulkan/icd.d/*.json; do
    [ -e "$VK_DRIVER_FILES" ] || continue
    export VK_DRIVER_FILES
    vulkan_answers && return 0
  done
  unset VK_DRIVER_FILES
  return 1
}

need_vulkan() {
  vulkan_answers && return 0
  hidden_driver && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "Cannot run on this machine: expected a Vulkan adapter but none answers: install your GPU's Vulkan driver, or Mesa's"
    say "software driver (Fedora: mesa-vulkan-drivers; Arch: vulkan-swrast; Alpine: mesa-vulkan-swrast), and run this again."
    return 1
  fi
  if dpkg -s "$DRIVER" >/dev/null 2>&1; then
    say "Cannot run on this machine: $DRIVER is installed but no Vulkan adapter answers: check that"
    say "VK_DRIVER_FILES and VK_ICD_FILENAMES are unset or name an existing driver, and run this again."
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say "Cannot run on this machine: expected a Vulkan adapter but none answers: install Mesa's driver with"
    say ""
    say "    sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends $DRIVER'"
    say ""
    say "and run this again."
    return 1
  fi
  say "Installing $DRIVER, since no Vulkan adapter answers ..."
  # The package lists come first: a fresh container has none.
  if ! { apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$DRIVER"; } >&2; then
    say "Cannot install $DRIVER: apt-get failed: see its messages above, install it, and run this again."
    return 1
  fi
  vulkan_answers && return 0
  say "Cannot run on this machine: $DRIVER was installed but still no Vulkan adapter answers:"
  say "check that VK_DRIVER_FILES and VK_ICD_FILENAMES are unset, and run this again."
  return 1
}

deno=$(find_deno)
if [ -d "$root/.deno/cache" ]; then
  DENO_DIR=$root/.deno/cache
  NPM_CONFIG_REGISTRY=https://registry.npmjs.org/ # under its name the packages lie there
  DENO_NO_UPDATE_CHECK=1
  export DENO_DIR NPM_CONFIG_REGISTRY DENO_NO_UPDATE_CHECK
fi
if [ "$(uname -s)" = Linux ] && [ "$1" != bundle ]; then
  need_vulkan
  say "Vulkan adapter: $adapter"
fi
# Tasks call `deno` by name.
PATH=$(dirname -- "$deno"):$PATH
export PATH
exec deno task --quiet "$@"
