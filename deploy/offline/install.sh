#!/bin/sh
# Installs the hub from this folder and from nothing else: no index is asked.
#
#   sh install.sh /opt/hub [python3.11]
#
# 离线安装：只用本目录的文件，不访问任何软件源。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 1 ]; then
    echo "usage 用法: sh install.sh FOLDER [PYTHON]     e.g. sh install.sh /opt/hub" >&2
    exit 2
fi
case $1 in
    /*) target=$1 ;;
    *) target=$PWD/$1 ;;
esac
wanted=$(cat "$here/python-version")
python=${2:-python$wanted}

cd "$here"
echo "checking the files 校验文件"
sha256sum --check --quiet SHA256SUMS || {
    echo "A file is damaged; copy the bundle again. 文件损坏，请重新拷贝安装包。" >&2
    exit 1
}
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || {
    echo "$python cannot be run; name a Python $wanted. 请指定 Python $wanted。" >&2
    exit 1
}
if [ "$found" != "$wanted" ]; then
    echo "The wheels are for Python $wanted, $python is $found." \
        "本安装包用于 Python $wanted，而 $python 是 $found。" >&2
    exit 1
fi
echo "installing into $target 安装到 $target"
# An environment made anew holds nothing of an older hub; the home lies elsewhere.
"$python" -m venv --clear "$target"
# What this machine's pip is told of indexes must not count.
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_CONSTRAINT PIP_REQUIRE_VIRTUALENV
export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
"$target/bin/python" -m pip install --quiet --no-index -f wheels --no-deps \
    --require-hashes --only-binary :all: -r requirements.lock
"$target/bin/python" -m pip install --quiet --no-index --no-deps wheels/city_hub-*.whl
mkdir -p "$target/deploy" "$target/docs"
cp -R deploy/. "$target/deploy/"
cp -R docs/. "$target/docs/"
"$target/bin/python" -m pip check
"$target/bin/hub" --version
