# Sourced by deploy/up and tests/run: Debian's packages that Samsyn is built from and runs on, and how to get them.

# To build and to run.
BUILD_PACKAGES=(build-essential cmake ninja-build pkg-config ccache git ca-certificates
  libgrpc++-dev protobuf-compiler protobuf-compiler-grpc grpc-proto libprotobuf-dev libabsl-dev
  libhiredis-dev libsqlite3-dev libssl-dev zlib1g-dev libboost-dev libspdlog-dev libcli11-dev
  nlohmann-json3-dev libcurl4-openssl-dev libqrencode-dev prometheus-cpp-dev libgtest-dev libgmock-dev
  libmimalloc-dev tzdata)
# For the page. A Node from elsewhere has npm with it, and does not go together with Debian's.
command -v npm >/dev/null || BUILD_PACKAGES+=(nodejs npm)

# For several nodes on Redis.
REDIS_PACKAGES=(redis-server redis-sentinel redis-tools openssl)

# What Samsyn's speed is measured beside (tests/bench/peers.py), with Redis.
PEER_PACKAGES=(nats-server etcd-server mosquitto)

# With the packages of both lists Debian starts servers of its own, on loopback; nothing here uses them, and nothing here
# disturbs them.

# For the tests beside that.
TEST_PACKAGES=(chromium clang-format curl nginx-light "${REDIS_PACKAGES[@]}" "${PEER_PACKAGES[@]}" python3
  python3-grpcio python3-protobuf)

# Runs a command as root: as it is, or with sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root, and there is no sudo: $*" >&2
    return 1
  fi
}

# install_missing PACKAGE…: installs those that are not there. Without a question, and quick when all are.
install_missing() {
  local package missing=()
  for package in "$@"; do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
      missing+=("$package")
    fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing ${missing[*]}"
  # The lists may be absent or old: fetched once when a package cannot be had from what is there.
  install_packages "${missing[@]}" || { as_root apt-get update -qq && install_packages "${missing[@]}"; }
}

install_packages() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}
